interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly hint?: string;
  readonly pattern?: string;
  readonly isRequired?: boolean;
  readonly initial?: string;
}

/** One line of a form: its label, its input, and what may be written there. */
export function Field({ label, name, hint, pattern, isRequired = false, initial }: FieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        name={name}
        type="text"
        autocomplete="off"
        required={isRequired}
        maxLength={128}
        {...(pattern === undefined ? {} : { pattern })}
        {...(hint === undefined ? {} : { title: hint })}
        {...(initial === undefined ? {} : { defaultValue: initial })}
      />
      {hint !== undefined && <small>{hint}</small>}
    </label>
  );
}
