/**
 * Reads what a person types for an address. Every function gives the value or a kind sentence that
 * says how to mend the input; the conversation in routers/address.ts sends it and asks again.
 */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

export interface Place {
  readonly postalCode: string;
  readonly city: string;
}

/** Where the shop sends bills to, and how many digits a postal code has there. */
export const COUNTRIES = {
  AT: { name: "Austria", flag: "🇦🇹", postalDigits: 4 },
  CH: { name: "Switzerland", flag: "🇨🇭", postalDigits: 4 },
  DE: { name: "Germany", flag: "🇩🇪", postalDigits: 5 },
  FR: { name: "France", flag: "🇫🇷", postalDigits: 5 },
} as const;

export type Country = keyof typeof COUNTRIES;
export const COUNTRY_CODES = ["AT", "CH", "DE", "FR"] as const satisfies readonly Country[];

/** More than fits on an envelope's window is a mistake, or a joke. */
const LINE_LENGTH_MAX = 80;

const refuse = (problem: string): { readonly ok: false; readonly problem: string } => ({
  ok: false,
  problem,
});

export function readStreet(text: string): Reading<string> {
  const street = text.trim().replace(/[ \t]+/g, " ");
  if (street.includes("\n")) {
    return refuse("Only the street and the house number, please, in one line.");
  }
  if (street.length > LINE_LENGTH_MAX) {
    return refuse(`That is too long for an envelope: ${LINE_LENGTH_MAX} characters at most.`);
  }
  if (!/\p{L}/u.test(street) || street.length < 3) {
    return refuse("That does not look like a street. For example: Lindenstraße 12");
  }
  return { ok: true, value: street };
}

export function readPlace(text: string): Reading<Place> {
  const match = /^\s*(\d{4,5})[\s,]+(\p{L}[^\n]*?)\s*$/u.exec(text);
  if (match === null) {
    return refuse("I need the postal code and the city in one line. For example: 10115 Berlin");
  }
  const [, postalCode = "", city = ""] = match;
  if (city.length > LINE_LENGTH_MAX) {
    return refuse(`That city is too long: ${LINE_LENGTH_MAX} characters at most.`);
  }
  return { ok: true, value: { postalCode, city } };
}

/** Whether a postal code can be one of this country. */
export function checkPostalCode(postalCode: string, country: Country): Reading<Country> {
  const { name, postalDigits } = COUNTRIES[country];
  if (postalCode.length === postalDigits) return { ok: true, value: country };
  return refuse(`Postal codes in ${name} have ${postalDigits} digits, and yours is ${postalCode}.`);
}
