import type { ClaimableStatus, OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import type { RequestProblem } from '../../connection/authorized.ts'
import type { OrderView } from '../../ui/checkout/order-view.ts'
import type { en } from './en.ts'

const number = new Intl.NumberFormat('ko')
const seats = (count: number): string => `${number.format(count)}석`

const views: Record<OrderView, { readonly title: string; readonly text: string }> = {
  open: { title: '결제', text: '결제 시간이 끝날 때까지 좌석을 잡아 둡니다.' },
  failed: {
    title: '결제가 이루어지지 않았습니다',
    text: '청구된 금액은 없고 좌석은 그대로 있습니다. 다시 시도하시거나 다른 방법으로 결제해 주세요.',
  },
  waiting: {
    title: '결제를 기다리고 있습니다',
    text: '결제가 처리되는 중입니다. 결과는 이 화면에 자동으로 표시되며, 창을 닫고 나중에 다시 오셔도 됩니다.',
  },
  reserved: {
    title: '결제가 승인되었습니다',
    text: '함께 결제하는 금액이 모두 모이면 예매가 확정됩니다. 모이지 않으면 결제하신 금액은 환불됩니다.',
  },
  ending: { title: '결제 시간이 끝났습니다', text: '도착하는 결제가 있는지 확인하고 있습니다…' },
  paid: { title: '결제가 완료되었습니다', text: '좌석이 확정되었고 티켓이 준비되었습니다.' },
  expired: {
    title: '결제 시간이 지났습니다',
    text: '좌석은 반환되었고 청구된 금액은 없습니다. 언제든 다시 선택해 주세요.',
  },
  late: {
    title: '결제 시간이 지났습니다',
    text: '결제가 아직 처리되는 중입니다. 결제가 도착했을 때 좌석이 비어 있으면 예매가 확정되고, 아니면 자동으로 환불됩니다.',
  },
  returning: {
    title: '환불을 진행하고 있습니다',
    text: '주문이 이미 끝나 좌석을 확정해 드릴 수 없어 결제 금액을 돌려 드리고 있습니다. 따로 하실 일은 없습니다.',
  },
  returned: {
    title: '환불이 완료되었습니다',
    text: '주문이 이미 끝나 좌석을 확정해 드릴 수 없어 전액 환불되었습니다.',
  },
  cancelled: { title: '주문이 취소되었습니다', text: '좌석은 반환되었고 청구된 금액은 없습니다.' },
  stopping: {
    title: '주문이 취소되었습니다',
    text: '좌석은 반환되었고 진행 중이던 결제를 취소하고 있습니다. 그래도 결제가 완료되면 좌석이 비어 있을 때는 예매가 확정되고, 아니면 자동으로 환불됩니다.',
  },
  refunding: { title: '주문이 취소되었습니다', text: '환불을 진행하고 있습니다. 따로 하실 일은 없습니다.' },
  refunded: { title: '환불된 주문입니다', text: '주문이 취소되었고 환불이 완료되었습니다.' },
}

const sharedViews: Partial<typeof views> = {
  open: {
    title: '내 몫 결제',
    text: '그룹의 모두가 결제하면 예매가 확정됩니다. 시간 안에 모이지 않으면 결제하신 금액은 환불됩니다.',
  },
  failed: {
    title: '결제가 이루어지지 않았습니다',
    text: '청구된 금액은 없습니다. 친구들이 기다리고 있으니 다시 시도하시거나 다른 방법으로 결제해 주세요.',
  },
  reserved: {
    title: '내 몫의 결제가 승인되었습니다',
    text: '친구들의 결제를 기다리고 있습니다. 모두 결제하면 예매가 확정되고, 그렇지 않으면 환불됩니다.',
  },
  ending: { title: '결제 시간이 끝났습니다', text: '모두 결제했는지 확인하고 있습니다…' },
}

const statuses: Record<OrderStatus, string> = {
  pending: '결제 대기',
  authorized: '결제 대기',
  paid: '결제 완료',
  expired: '시간 초과',
  cancelled: '취소됨',
  refund_due: '환불 진행 중',
  refunded: '환불 완료',
}

const claimed: Record<ClaimableStatus, (refundable: boolean) => string> = {
  expired: () => '결제 시간이 지난 뒤에 결제가 도착했지만 좌석이 비어 있어 예매가 확정되었습니다.',
  cancelled: (refundable) =>
    `취소하신 뒤에 결제가 도착했고 좌석이 비어 있어 예매가 확정되었습니다. ${
      refundable
        ? '원하지 않으시면 공연 시작 전에 다시 취소해 주세요. 결제 금액을 환불해 드립니다.'
        : '공연이 시작되어 더 이상 반환하실 수 없습니다.'
    }`,
}

const failures: Readonly<Record<string, string>> & { readonly unknown: string } = {
  card_declined: '카드사에서 결제를 거절했습니다.',
  insufficient_funds: '카드 한도나 지갑 잔액이 부족합니다.',
  expired_card: '유효 기간이 지난 카드입니다.',
  timeout: '결제 서비스가 제때 응답하지 않았습니다.',
  voided: '결제가 취소되었습니다.',
  unknown: '결제 서비스에서 결제를 거절했습니다.',
}

const problems: Record<RequestProblem, string> = {
  NO_ANSWER: '응답을 받지 못했습니다. 다시 누르셔도 두 번 처리되거나 청구되지 않습니다.',
  BAD_REQUEST: '요청을 처리하지 못했습니다. 페이지를 새로 고친 뒤 다시 시도해 주세요.',
  UNAUTHENTICATED: '다시 로그인해 주세요.',
  FORBIDDEN: '현재 계정으로는 이용하실 수 없습니다.',
  ADMISSION_REQUIRED: '이 공연은 대기실을 운영합니다. 대기실에서 순서를 기다려 주세요.',
  NOT_FOUND: '주문을 찾을 수 없습니다. 주문할 때 받은 링크로 열거나 로그인해 주세요.',
  SEAT_TAKEN: '이미 다른 분이 선택한 좌석이 있어 변경되지 않았습니다.',
  NO_HOLD: '해당 좌석의 선점이 이미 끝났습니다.',
  NO_BLOCK: '해당하는 빈 좌석이 없습니다.',
  NOT_ON_SALE: '지금은 판매 중이 아닙니다.',
  LIMIT_EXCEEDED: '허용된 한도를 넘었습니다.',
  INSUFFICIENT_FUNDS: '지갑 잔액이 부족합니다. 청구된 금액은 없습니다.',
  ORDER_ENDED: '이 주문은 더 이상 결제하거나 변경하실 수 없습니다.',
  ORDER_BUSY: '이 주문의 결제가 진행 중입니다. 결제가 끝난 뒤 다시 시도해 주세요.',
  IN_GROUP: '친구들과 함께 예매 중입니다. 좌석은 그룹에서 함께 선택합니다.',
  GROUP_FULL: '그룹 정원이 찼습니다.',
  GROUP_BUSY: '그룹 결제가 진행 중입니다. 끝난 뒤 다시 시도해 주세요.',
  TOO_EARLY: '나머지 금액은 마감 직전에만 대신 결제할 수 있습니다.',
  NOT_REFUNDABLE: '취소 기한이 지났거나 이미 사용한 티켓이 있어 반환하실 수 없습니다.',
  EMAIL_TAKEN: '이미 가입된 이메일 주소입니다. 로그인해 주세요.',
  IDEMPOTENCY_KEY_REUSED: '요청을 처리하지 못했습니다. 다시 시도해 주세요.',
  RATE_LIMITED: '요청이 너무 빠릅니다. 잠시 후 다시 시도해 주세요.',
  COOL_DOWN: '잠시 쉬었다가 다시 시도해 주세요.',
  OVERLOADED: '지금 접속자가 매우 많습니다. 잠시 후 다시 시도해 주세요.',
  UNAVAILABLE: '지금은 주문 서비스에 연결할 수 없습니다. 좌석은 안전하니 잠시 후 다시 시도해 주세요.',
  MAP_RELOADING: '좌석 배치도를 새로 불러오는 중입니다. 잠시 후 다시 시도해 주세요.',
}

const cards: Readonly<Record<string, string>> = {
  ok: '바로 결제됨',
  fail: '거절됨',
  slow: '몇 초 걸림',
  never: '응답하지 않음',
  silent: '알림 없이 결제됨',
  twice: '두 번 응답함',
  out_of_order: '순서가 뒤바뀐 응답',
  late: '시간이 지난 뒤 응답함',
  capture_fails: '승인된 뒤 결제되지 않음',
}

export const ko = {
  view: views,
  sharedView: sharedViews,
  share: {
    wallet: '지금 결제되며, 모두 결제하지 않으면 자동으로 환불됩니다.',
    card: '지금은 승인만 하고, 모두 결제하면 청구됩니다.',
  },
  status: statuses,
  claimed,
  failure: (code) => failures[code] ?? failures.unknown,
  problem: problems,
  other: (code) => `요청을 처리하지 못했습니다 (${code}).`,

  checkout: {
    title: '주문 결제',
    total: '합계',
    count: seats,
    timeLeft: '남은 결제 시간',
    spokenTime: (minutes, rest) => `결제 시간이 ${minutes}분 ${rest}초 남았습니다`,
    method: '결제 수단을 선택해 주세요',
    wallet: '지갑',
    balance: (amount) => `잔액 ${amount}`,
    after: (amount) => `결제 후 잔액 ${amount}`,
    tooLittle: '잔액이 부족합니다',
    noBalance: '지금은 잔액을 확인할 수 없습니다',
    card: '카드',
    sandbox: '테스트 카드이며 실제로 결제되지 않습니다',
    behaviour: '테스트 카드 동작',
    behaviourOf: (code) => cards[code] ?? code,
    pay: (amount) => `${amount} 결제하기`,
    payAgain: (amount) => `${amount} 다시 결제하기`,
    paying: '결제하는 중입니다…',
    continueAt: '결제 서비스에서 계속하기',
    cancel: '주문 취소',
    chooseAgain: '좌석 다시 선택하기',
    close: '좌석으로 돌아가기',
    details: '주문 상세',
    returnedSoFar: (amount) => `${amount} 환불됨`,
    reading: '주문을 불러오는 중입니다…',
    free: '무료',
  },
  order: {
    title: '내 주문',
    one: '주문',
    none: '이 브라우저에는 아직 주문이 없습니다.',
    noneHint: '계정으로 주문하셨다면 로그인해 주세요.',
    loading: '주문을 불러오는 중입니다…',
    more: '이전 주문 더 보기',
    placed: (when) => `${when} 주문`,
    open: '주문 보기',
    payNow: '결제하기',
    tickets: '티켓',
    showOnMap: '배치도에서 내 좌석 보기',
    cancelAll: '주문 전체 취소',
    cancelSome: (count) => `${seats(count)} 취소`,
    chooseToCancel: '일부 좌석만 취소',
    pick: (seat) => `${seat} 취소`,
    change: '좌석 변경',
    notCancellable: '이 주문은 더 이상 여기에서 취소하실 수 없습니다.',
    sureUnpaid: (count) => `${seats(count)}을 반환할까요? 바로 다른 분이 선택할 수 있습니다.`,
    surePaying:
      '진행 중인 결제는 취소됩니다. 그래도 결제가 완료되면 좌석이 비어 있을 때는 예매가 확정되고, 아니면 환불됩니다.',
    surePaid: (count, amount) => `${seats(count)}을 반환할까요? 결제하신 방법으로 ${amount}을 환불해 드립니다.`,
    yes: '취소하기',
    no: '좌석 유지하기',
    cancelling: '취소하는 중입니다…',
    released: '반환됨',
    payments: '결제 내역',
    methodOf: (method) => (method === 'wallet' ? '지갑' : method === 'card' ? '카드' : method),
    payment: {
      created: '시작됨',
      pending: '처리 중',
      authorized: '승인됨',
      captured: '결제됨',
      failed: '실패',
      voided: '취소됨',
      refund_due: '환불 중',
      refunded: '환불됨',
    },
    link: '이 주문의 링크',
    linkHint:
      '링크를 보관해 두세요. 계정 없이도 어느 기기에서나 이 주문을 열 수 있으며, 링크를 가진 사람은 누구나 티켓을 사용할 수 있습니다.',
    copy: '링크 복사',
    copied: '복사했습니다',
    back: '내 주문 전체',
    number: (id) => `주문 번호 ${id}`,
  },
  change: {
    title: '좌석 변경',
    text: '배치도에서 새 좌석을 골라 주세요. 확정하기 전까지 지금 좌석은 그대로 유지됩니다.',
    release: '반환',
    keep: '유지',
    take: '새 좌석',
    none: '아직 고른 좌석이 없습니다',
    same: '차액 없음',
    toPay: (amount) => `${amount} 추가 결제`,
    back: (amount) => `${amount} 환불`,
    difference: '차액',
    confirm: '좌석 변경하기',
    payAndChange: (amount) => `${amount} 결제하고 좌석 변경하기`,
    unanswered: '은행에서 응답이 없습니다. 좌석은 그대로이며 청구되는 금액은 없습니다.',
    changing: '변경하는 중입니다…',
    abort: '지금 좌석 그대로 두기',
    done: '좌석이 변경되었습니다.',
    takenMeanwhile: '고르신 좌석을 다른 분이 먼저 선택했습니다.',
    remove: (seat) => `${seat} 빼기`,
    sameCount: (count) => `${seats(count)}을 골라 주세요`,
    impossible: '이 주문의 좌석은 더 이상 변경할 수 없습니다.',
  },
  account: {
    signIn: '로그인',
    signUp: '계정 만들기',
    signOut: '로그아웃',
    guest: '비회원으로 이용 중입니다. 예매에는 이것으로 충분합니다.',
    signedIn: (name) => `${name} 계정으로 로그인했습니다`,
    email: '이메일',
    password: '비밀번호',
    newPassword: '비밀번호 (8자 이상)',
    name: '이름 (선택)',
    keeps: '선점한 좌석과 주문은 그대로 유지됩니다.',
    optional: '예매에 계정은 필요하지 않습니다. 계정이 있으면 어느 기기에서나 주문을 볼 수 있습니다.',
    groupPays:
      '지금 그룹 결제가 진행 중이고, 이 계정은 그룹에서 회원님의 자리를 이어받을 수 없습니다. 결제가 끝난 뒤 로그인해 주세요.',
    wrong: '이메일과 비밀번호가 맞지 않습니다.',
    noAccount: '아직 계정이 없으신가요? 금방 만들 수 있고, 좌석도 그대로 유지됩니다.',
    haveAccount: '이미 계정이 있습니다',
    working: '잠시만 기다려 주세요…',
    badEmail: '이메일 주소를 입력해 주세요.',
    shortPassword: '8자 이상으로 입력해 주세요.',
  },
} satisfies typeof en
