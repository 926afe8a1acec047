/** Line icons of one weight; decoration only: the words stand beside them or in a label. */
const PATHS = {
  back: 'M15 5l-7 7 7 7',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  close: 'M6 6l12 12M18 6L6 18',
  hall: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  seat: 'M7 4v8h10V4M5 12v6h14v-6M7 18v2M17 18v2',
  eye: 'M2 12s4-7 10-7 10 7 10 7-4 7-10 7-10-7-10-7zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  wheelchair: 'M10 4.5v.01M10 8v6h5l3 5M7 11.5a5 5 0 1 0 7 6',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2',
  up: 'M6 15l6-6 6 6',
  down: 'M6 9l6 6 6-6',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v6M12 7.5v.01',
  warning: 'M12 3.5L2.5 20h19zM12 10v5M12 17.5v.01',
  offline: 'M3 3l18 18M8.5 8A7 7 0 0 0 3 12M12 5c3.5 0 6.5 1.5 9 4M6.5 15.5A8 8 0 0 1 11 13M12 19v.01',
  sync: 'M20 11a8 8 0 0 0-14-4.5L4 8.5M4 4v4.5h4.5M4 13a8 8 0 0 0 14 4.5l2-2M20 20v-4.5h-4.5',
  ticket: 'M3 8V5.5h18V8a4 4 0 0 0 0 8v2.5H3V16a4 4 0 0 0 0-8zM14 6v2M14 11v2M14 16v2',
  check: 'M5 12.5l4.5 4.5L19 7',
  friends:
    'M9 5a3.2 3.2 0 1 0 0 6.4A3.2 3.2 0 0 0 9 5zM3 19.5c0-3.4 2.6-5.6 6-5.6s6 2.2 6 5.6M16 5.4a3 3 0 0 1 0 5.7M17.5 14.4c2.2.6 3.7 2.5 3.7 5.1',
  share: 'M12 15V4M8 7.5L12 3.5l4 4M5 12.5V20h14v-7.5',
  edit: 'M5 19h3.5L19 8.5 15.5 5 5 15.5zM13 7.5l3.5 3.5',
  swap: 'M4 8.5h14M14.5 5L18 8.5 14.5 12M20 15.5H6M9.5 12L6 15.5 9.5 19',
  dots: 'M6 12v.01M12 12v.01M18 12v.01',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}
