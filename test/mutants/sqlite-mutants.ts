import type { Mutant } from "./mutants.ts";

const SQLITE = "packages/runtime/src/store/sqlite";
const PLACES_TEST = `${SQLITE}/state-places.test.ts`;
const DAMAGED_TEST = `${SQLITE}/damaged-file.test.ts`;

/** Faults of what only the SQLite store does. */
export const OF_SQLITE: readonly Mutant[] = [
  {
    fault: "sqlite: reads wait for what is committed before them",
    file: "packages/runtime/src/store/group-commit.ts",
    search: "    if (this.#limits.followsAtOnce) return true;\n",
    replacement: "",
    testFile: "packages/runtime/src/store/group-commit.test.ts",
    test: "follow at once, however few, where nothing has to be written",
  },
  {
    fault: "sqlite: places of state records outlive a rollback",
    file: `${SQLITE}/sqlite-file.ts`,
    search: "    this.#statements.statePlaces.clear();\n",
    replacement: "",
    testFile: PLACES_TEST,
    test: "are looked for again when their batch was undone because of another write",
  },
  {
    fault: "sqlite: places of state records outlive retention",
    file: `${SQLITE}/sweep.ts`,
    search: "  if (removed > 0) statements.statePlaces.clear();\n",
    replacement: "",
    testFile: PLACES_TEST,
    test: "are forgotten by retention",
  },
  {
    fault: "sqlite: a record that is gone is taken for written",
    file: `${SQLITE}/states.ts`,
    search: "if (changes !== 1) throw",
    replacement: "if (changes > 1) throw",
    testFile: PLACES_TEST,
    test: "are never taken for written when somebody has removed them by hand",
  },
  {
    fault: "sqlite: damage is taken for something that may pass",
    file: `${SQLITE}/sqlite-fault.ts`,
    search: 'new StoreFault("damaged",',
    replacement: 'new StoreFault("broken",',
    testFile: DAMAGED_TEST,
    test: "accepts nothing more once it is noticed, also while the bot runs",
  },
];
