#!/bin/sh
# A chat with the support bot by curl alone, over the local Telegram's control interface.
#
#   npm start                                        # in one terminal
#   sh test/integration/support-bot-curl.sh          # in another one
#
# Another address than http://127.0.0.1:8081 is the first argument. Prints every answer of the bot,
# and ends with 1 at the first one that is not as it should be. The people (101 is Ada, a customer;
# 201 is Olga, an operator) and the group are those of examples/support-bot/world.json.
set -eu
TELEGRAM="${1:-http://127.0.0.1:8081}"
ADA=101
OLGA=201
GROUP=-1001000000001
# A PNG of one pixel.
PIXEL=iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==

# control PATH JSON: one call of the control interface.
control() {
  curl -sS --fail-with-body -H 'content-type: application/json' -d "$2" "$TELEGRAM/control/$1"
}

# expect TEXT JSON: the JSON contains the text.
expect() {
  case "$2" in
    *"$1"*) printf 'ok    %s\n' "$1" ;;
    *) printf 'WRONG expected: %s\n      got: %s\n' "$1" "$2" && exit 1 ;;
  esac
}

# say TEXT EXPECTED: Ada writes, and the bot's next answer is awaited.
say() {
  printf '\nAda: %s\n' "$1"
  control say "{\"person\": $ADA, \"text\": \"$1\"}" > /dev/null
  expect "$2" "$(control wait "{\"person\": $ADA}")"
}

# press LABEL EXPECTED: Ada presses a button of the newest message that has it.
press() {
  printf '\nAda presses [%s]\n' "$1"
  control press "{\"person\": $ADA, \"label\": \"$1\"}" > /dev/null
  expect "$2" "$(control wait "{\"person\": $ADA}")"
}

printf '%s\n' "The menu and the orders"
say   "/start"                 "Hello Ada!"
press "My orders"              "Which one do you want to see?"
press "Find by number"         "What is the number of the order?"
say   "1001"                   "I find no order 1001 of yours."
say   "/cancel"                "Cancelled, and nothing was changed."

printf '\n%s\n' "The billing address"
say   "/address"               "illing address"
control press "{\"person\": $ADA, \"data\": \"change\"}" > /dev/null
expect "What are the street and the house number?" "$(control wait "{\"person\": $ADA}")"
say   "12"                     "does not look like a street"
say   "Lindenstraße 12"        "postal code and the city"
say   "10115 Berlin"           "And the country?"
press "🇦🇹 Austria"             "Postal codes in Austria have 4 digits"
say   "10115 Berlin"           "And the country?"
press "🇩🇪 Germany"             "Is this right?"
press "Save"                   "Saved. Your next invoice goes to"

printf '\n%s\n' "Questions and answers"
say   "/faq"                   "page 1 of 3"
press "More ›"                 "page 2 of 3"
press "When are you open?"     "Was this helpful?"
press "👍 Yes"                  "Thank you"

printf '\n%s\n' "Talk to a person"
say   "/person"                "What is it about?"
say   "My lamp hums"           "is with our people"

# Olga answers by a reply to the bot's copy of the problem, which is the newest message of the group.
COPY=$(curl -sS "$TELEGRAM/control/messages?chat=$GROUP" | tr '{' '\n' |
  sed -n 's/.*"message_id": *\([0-9]*\).*/\1/p' | sort -n | tail -n 1)
printf '\nOlga replies to message %s of the group\n' "$COPY"
control say "{\"person\": $OLGA, \"chat\": $GROUP, \"text\": \"Which lamp is it?\",
  \"reply_to_message_id\": $COPY}" > /dev/null
expect "Which lamp is it?" "$(control wait "{\"person\": $ADA}")"

printf '\nAda sends a photo\n'
control upload "{\"person\": $ADA, \"kind\": \"photo\", \"caption\": \"This one\",
  \"file_name\": \"lamp.png\", \"base64\": \"$PIXEL\"}" > /dev/null
expect "This one" "$(control wait "{\"chat\": $GROUP}")"

printf '\nOlga closes the ticket\n'
control press "{\"person\": $OLGA, \"chat\": $GROUP, \"label\": \"Close the ticket\"}" > /dev/null
expect "is closed. If there is more" "$(control wait "{\"person\": $ADA}")"

printf '\nThe whole chat:\n'
curl -sS "$TELEGRAM/control/transcript?person=$ADA"
printf '\n'
