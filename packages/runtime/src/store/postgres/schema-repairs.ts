/** Entries that are no plain results are few, and found without reading the others. */
export const ADD_DOUBTS = "CREATE INDEX journal_doubts ON journal (seq) WHERE kind <> 'result';";
