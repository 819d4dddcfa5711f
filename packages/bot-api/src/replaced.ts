// Nobody can import these two: plain comments, since others would be in what is installed.

// `Source` with the fields that `Fields` names having that type instead. What is optional in `Source`
// stays so, and what is said of a field there is said of it here: a mapped type over the keys of another
// keeps their modifiers and their comments.
// https://www.typescriptlang.org/docs/handbook/2/mapped-types.html
export type Replaced<Source, Fields> = {
  [K in keyof Source]: K extends keyof Fields ? Fields[K] : Source[K];
};

// Stands beside `Replaced` as a second base. An interface with one base and nothing of its own is taken
// for that base, and the compiler's messages then say `Replaced<…>` and all its fields.
export interface Named {}
