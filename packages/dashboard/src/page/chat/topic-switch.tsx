import { chooseTopic, chosenTopic, topics } from "../state/topics.ts";

interface ChipProps {
  readonly id: number | undefined;
  readonly name: string;
}

function Chip({ id, name }: ChipProps) {
  return (
    <button
      type="button"
      class="topic"
      aria-pressed={chosenTopic.value === id}
      onClick={() => chooseTopic(id)}
    >
      {name}
    </button>
  );
}

/** In a forum with topics: which of them one looks at and writes in. */
export function TopicSwitch() {
  if (topics.value.length === 0) return null;
  return (
    <div class="topics" role="group" aria-label="Topics">
      <Chip id={undefined} name="All" />
      <Chip id={0} name="General" />
      {topics.value.map(({ id, name }) => (
        <Chip key={id} id={id} name={name} />
      ))}
    </div>
  );
}
