import { render } from 'preact'
import { startLanguage } from './i18n/language.ts'
import { App } from './ui/app.tsx'
import { startClock } from './ui/clock.ts'
import './ui/styles/base.css'
import './ui/styles/controls.css'
import './ui/styles/shows.css'
import './ui/styles/performance.css'
import './ui/styles/floating.css'
import './ui/styles/panel.css'
import './ui/styles/phone.css'

startLanguage()
startClock()
const root = document.getElementById('app')
if (root === null) throw new Error('index.html has no #app')
render(<App path={location.pathname} />, root)
