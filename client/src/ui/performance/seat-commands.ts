import { batch, signal, type ReadonlySignal, type Signal } from '@preact/signals'
import type { Refused } from '@seatcast/shared/protocol/command.ts'
import type { RequestNamed } from '@seatcast/shared/protocol/events.ts'
import { requestKey, type Answer, type Link, type Unanswered } from '../../connection/socket.ts'
import type { HoldFact, HoldState } from '../../store/hold-store.ts'
import { plainNotice, type Notice } from './notice.ts'

/** The commands that answer with the whole hold. */
type HoldCommand = 'seats:hold' | 'seats:best' | 'seats:swap' | 'seats:release'

export interface BestWish {
  readonly count: number
  readonly zoneId: string | null
  readonly accessible: boolean
  /** Instead of the present hold. */
  readonly replace: boolean
}

export interface SeatCommands {
  /** Seats asked for and not yet answered. */
  readonly pending: ReadonlySignal<readonly number[]>
  /** A search for the best seats is under way. */
  readonly searching: ReadonlySignal<boolean>
  hold(seats: readonly number[]): void
  release(seats?: readonly number[]): void
  /** Whether seats were found and are held. */
  best(wish: BestWish): Promise<boolean>
}

interface CommandNeeds {
  readonly performanceId: string
  readonly link: Link
  readonly hold: ReadonlySignal<HoldState>
  readonly notice: Signal<Notice | null>
  /** Whether the sale is open as far as we know. */
  mayAsk(): boolean
  takeHold(fact: HoldFact): void
  /** The answer did not come, or does not fit what we know: find out what is mine. */
  readAgain(): void
}

/** A buyer's wishes, asked of the server; its answer becomes the hold or a notice. */
export function seatCommands(needs: CommandNeeds): SeatCommands {
  const { performanceId, link, notice } = needs
  const pending = signal<readonly number[]>([])
  const searching = signal(false)

  const ask = async <E extends HoldCommand>(
    event: E,
    request: RequestNamed<E>,
    wish: { readonly seats: readonly number[]; readonly count: number; readonly replace?: boolean },
    key = requestKey(),
  ): Promise<boolean> => {
    if (event !== 'seats:release' && !needs.mayAsk()) {
      notice.value = plainNotice('NOT_ON_SALE')
      return false
    }
    notice.value = null
    pending.value = [...pending.value, ...wish.seats]
    const answer = (await link.ask(event, request, key)) as Answer<HoldCommand>
    batch(() => {
      const answered = new Set(wish.seats)
      pending.value = pending.value.filter((seat) => !answered.has(seat))
      if (answer.ok) needs.takeHold(answer)
      else refuse(answer, wish, answer.code === 'NO_ANSWER' ? () => again(key) : () => again(requestKey()))
    })
    return answer.ok
    function again(nextKey: string): void {
      void ask(event, request, wish, nextKey)
    }
  }

  const refuse = (
    refused: Refused | Unanswered,
    wish: { readonly count: number; readonly replace?: boolean },
    again: () => void,
  ): void => {
    if (refused.code === 'NO_ANSWER' || refused.code === 'IN_GROUP') needs.readAgain()
    const offers =
      refused.code === 'SEAT_TAKEN'
        ? (refused.alternatives ?? [])
        : refused.code === 'NO_BLOCK' && refused.split !== undefined
          ? [refused.split.flat()]
          : []
    const waits = refused.retryInMs !== undefined
    notice.value = {
      code: refused.code,
      count: wish.count,
      retryAtMs: waits ? performance.now() + refused.retryInMs : null,
      offers,
      take: offers.length === 0 ? null : (seats) => takeOffer(seats, wish.replace === true),
      again: waits || refused.code === 'NO_ANSWER' || refused.code === 'OFFLINE' ? again : null,
    }
  }

  const takeOffer = (seats: readonly number[], replace: boolean): void => {
    const release = replace ? needs.hold.value.seats.filter((seat) => !seats.includes(seat)) : []
    if (release.length === 0) hold(seats)
    else void ask('seats:swap', { performanceId, release, hold: [...seats] }, { seats, count: seats.length, replace })
  }

  const hold = (seats: readonly number[]): void => {
    const fresh = seats.filter((seat) => !pending.value.includes(seat))
    if (fresh.length === 0) return
    void ask('seats:hold', { performanceId, seats: fresh }, { seats: fresh, count: fresh.length })
  }

  return {
    pending,
    searching,
    hold,
    release(seats) {
      const mine = seats ?? needs.hold.value.seats
      const asked = mine.filter((seat) => !pending.value.includes(seat))
      if (asked.length === 0) return
      const request = seats === undefined ? { performanceId } : { performanceId, seats: asked }
      void ask('seats:release', request, { seats: asked, count: asked.length })
    },
    async best({ count, zoneId, accessible, replace }) {
      if (searching.value) return false
      searching.value = true
      const request = {
        performanceId,
        count,
        ...(zoneId === null ? {} : { zoneId }),
        ...(accessible ? { accessible } : {}),
        ...(replace ? { replace } : {}),
      }
      try {
        return await ask('seats:best', request, { seats: [], count, replace })
      } finally {
        searching.value = false
      }
    },
  }
}
