/** A question with its answer. The id stands in buttons: keep it when you change the words. */
export interface Question {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
}

/** The frequent questions, the most frequent first. */
export const QUESTIONS: readonly Question[] = [
  {
    id: "delivery",
    question: "How long does delivery take?",
    answer:
      "Orders that are paid before noon leave our house the same day. Within Germany they need " +
      "1 to 2 working days, to Austria, France and Switzerland 3 to 5.",
  },
  {
    id: "postage",
    question: "What does delivery cost?",
    answer: "4.90 € per order, and nothing from 60 € on. To Switzerland it is 9.90 €.",
  },
  {
    id: "returns",
    question: "How do I send something back?",
    answer:
      "Within 30 days, unused, with the label that lies in the parcel. The money is on its way " +
      "back within 5 working days after the parcel has reached us.",
  },
  {
    id: "payment",
    question: "How can I pay?",
    answer: "By card, PayPal, bank transfer or, after your second order, by invoice.",
  },
  {
    id: "broken",
    question: "Something arrived broken. What now?",
    answer:
      "We are sorry! Choose “Talk to a person” in the menu and send a photo: a new one leaves " +
      "the same day, and the broken one you need not send back.",
  },
  {
    id: "hours",
    question: "When are you open?",
    answer:
      "The shop in Lindenstraße 12, Berlin: Monday to Friday 10–18, Saturday 10–14. People answer " +
      "here Monday to Friday 9–18, and this bot at any time.",
  },
  {
    id: "change",
    question: "Can I change or cancel an order?",
    answer:
      "Until it is packed, yes: choose “Talk to a person” in the menu. After that please send it " +
      "back, which is free.",
  },
  {
    id: "invoice",
    question: "Where is my invoice?",
    answer:
      "It comes by e-mail when the parcel leaves. A new billing address holds for the next " +
      "invoice; for an older one, choose “Talk to a person” in the menu.",
  },
  {
    id: "warranty",
    question: "How long is the warranty?",
    answer: "Two years by law, and five on everything of brass and copper.",
  },
];
