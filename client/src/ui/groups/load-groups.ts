/** Parts of booking with friends: their code and words come when they are first shown. */
export const loadPanel = async () => (await import('./group-panel.tsx')).GroupPanel
export const loadStep = async () => (await import('./next-step.tsx')).NextStep
export const loadNames = async () => (await import('./block-names.tsx')).BlockNames
export const loadCreate = async () => (await import('./create-group.tsx')).CreateGroup
export const loadNews = async () => (await import('./group-news.tsx')).GroupNews
