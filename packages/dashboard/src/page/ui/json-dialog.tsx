import { Dialog } from "./dialog.tsx";
import { JsonView } from "./json-view.tsx";

interface JsonDialogProps {
  readonly title: string;
  readonly value: unknown;
  readonly onClose: () => void;
}

/** Shows a value as JSON in a window. */
export function JsonDialog({ title, value, onClose }: JsonDialogProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <JsonView value={value} />
    </Dialog>
  );
}
