/** All country codes that are top-level domains. */
const COUNTRIES =
  "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs " +
  "bt bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec " +
  "ee eg er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy " +
  "hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz " +
  "la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx " +
  "my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re " +
  "ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th " +
  "tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw";

/**
 * The generic ones that stand in texts; Telegram knows some hundred more, mostly brand names. An
 * address under one of those is found when it has its `https://`.
 */
const GENERIC =
  "academy aero agency app art asia audio auto bank bar best bet bid bike bio biz blog boutique " +
  "box build builders business buzz cafe cam camera camp capital cards care careers cars cash " +
  "casino cat catering center charity chat cheap church city claims clinic clothing cloud club " +
  "coach codes coffee college com community company computer consulting cooking cool coop " +
  "country coupons courses credit cricket dance data date dating day deals degree delivery " +
  "dental design dev diet digital direct directory discount doctor dog domains download earth " +
  "eco edu education email energy engineer engineering enterprises equipment estate events " +
  "exchange expert express fail faith family fan fans farm fashion film finance financial fish " +
  "fitness flights florist flowers fm foo food football forsale foundation fun fund furniture " +
  "fyi gallery game games garden gay gift gifts gives glass global gmbh gold golf google gov " +
  "graphics gratis green group guide guitars guru hair health healthcare help hiphop holdings " +
  "holiday homes horse hospital host hosting hotel house how inc industries info ink institute " +
  "insurance insure int international investments jetzt jewelry jobs kids kitchen land law " +
  "lawyer lease legal lgbt life lighting like limited limo link live llc loan loans lol london " +
  "love ltd luxe luxury maison management map market marketing markets mba media memorial men " +
  "menu miami mil mobi moda moe mom money mortgage moscow motorcycles mov movie museum music " +
  "name navy net network new news ngo ninja now nyc observer one ong onion online ooo org " +
  "organic page paris partners parts party pay pet pharmacy phd photo photography photos physio " +
  "pics pictures pink pizza place play plumbing plus poker porn post press pro prod productions " +
  "properties property pub quest racing radio realestate recipes red rehab rent rentals repair " +
  "report republican rest restaurant review reviews rich rip rocks rodeo run sale salon school " +
  "schule science search security select services sex sexy shoes shop shopping show singles " +
  "site ski skin soccer social software solar solutions soy spa space sport spot store storage " +
  "stream studio study style sucks supplies supply support surf surgery systems tax taxi team " +
  "tech technology tel tennis theater theatre tickets tips tires today tokyo ton tools top tours " +
  "town toys trade trading training travel tube university uno vacations vegas ventures vet " +
  "video villas vin vip vision vote voting voyage wang watch weather webcam website wedding wiki " +
  "win wine work works world wow wtf xxx xyz yachts yoga you zip zone " +
  "бел дети католик ком мкд мон москва онлайн орг рус рф сайт срб укр ею бг ελ ευ";

const KNOWN: ReadonlySet<string> = new Set(`${COUNTRIES} ${GENERIC}`.split(" "));

/**
 * Whether an address without a scheme may end with this label. With only its first letter large it
 * is rather the beginning of the next sentence.
 */
export function isTopLevelDomain(label: string): boolean {
  const lower = label.toLowerCase();
  const isCapitalized = lower !== label && lower.slice(1) === label.slice(1);
  return !isCapitalized && KNOWN.has(lower);
}
