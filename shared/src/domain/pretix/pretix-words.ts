import { TEXT_LENGTH_MAX } from '../json-reader.ts'

/** What a stage is called on plans. Source: the languages pretix is translated to, as far as known to us. */
const STAGE_WORDS = new Set(
  `stage mainstage screen podium pitch field bühne hauptbühne podest leinwand spielfeld scène scene estrade écran
  escenario tablao pantalla escenari palco palcoscenico schermo toneel hoofdpodium scherm scena scenę estrada
  scen scenen näyttämö lava esiintymislava jeviště pódium javisko színpad scenă pozornica sahne сцена екран экран
  σκηνή במה المسرح 무대 스테이지 스크린 ステージ 舞台 スクリーン 銀幕 舞臺  เวที panggung`.split(/\s+/),
)
/** Words that may stand beside a stage's name. */
const STAGE_FILLERS = new Set(
  'main the front la le el die der das haupt große grande principale principal de het'.split(' '),
)

/** Whether an area's text is a stage's name and nothing more: "Stage", "Bühne / Stage", "Main Stage"; not "Stage door". */
export function isStageName(text: string): boolean {
  const words = text
    .toLowerCase()
    .normalize('NFC')
    .split(/[^\p{L}\p{M}]+/u)
    .filter((word) => word !== '')
  return (
    words.some((word) => STAGE_WORDS.has(word)) &&
    words.every((word) => STAGE_WORDS.has(word) || STAGE_FILLERS.has(word))
  )
}

const ACCESSIBLE =
  /wheel ?-?chair|rollstuhl|accessib|barrierefrei|behindert|roulant|\bpmr\b|handicap|ruedas|rotelle|rolstoel|mindervalid|wóz(e)?k|rullstol|rullestol|kørestol|pyörätuoli|disabled|\bada\b|휠체어|장애인|車椅子|車いす|轮椅|輪椅|кресл[оа]-?коляс|інвалід|инвалид/iu
const COMPANION = /compan|begleit|accompagn|acompañ|begeleid|carer|essential ?guest|동반|동행|보호자|付添|同伴/iu

/** Whether a category's name says that its seats are for wheelchair users; a companion's place is an ordinary seat. */
export function isAccessibleName(name: string): boolean {
  return ACCESSIBLE.test(name) && !COMPANION.test(name)
}

const ROW_OR_SEAT_WORD =
  /^(row|reihe|rang|rangée|fila|rij|rad|rivi|rząd|seat|platz|sitz|place|siège|asiento|posto|stoel|plats|sæde|열|번|석|列|番|席)?[\s.:]*%s[\s.:]*(열|번|석|列|番|席)?$/iu

/** The printed row or number: the label for people when it says more than "Row %s", else the bare number. */
export function printedAs(number: string, label: string | null): string {
  if (label === null || !label.includes('%s') || ROW_OR_SEAT_WORD.test(label.trim())) return number
  return label.replaceAll('%s', () => number).slice(0, TEXT_LENGTH_MAX)
}
