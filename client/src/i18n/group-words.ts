import { computed } from '@preact/signals'
import type { Language } from './first-language.ts'
import { en } from './groups/en.ts'
import { ko } from './groups/ko.ts'
import { language } from './language.ts'

export type GroupWords = typeof en

const DICTIONARIES: Record<Language, GroupWords> = { en, ko }

/** Words of booking with friends: apart from the others, so that they come with a group only. */
export const groupWords = computed<GroupWords>(() => DICTIONARIES[language.value])
