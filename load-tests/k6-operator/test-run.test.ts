import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { K6_VERSION } from '../run/find-k6.ts'
import { REMOTE_WRITE, TREND_STATS } from '../run/remote-write.ts'

/** The fields of a TestRun that the file uses. Source: grafana/k6-operator, api/v1alpha1/testrun_types.go. */
interface TestRun {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly parallelism: number
    readonly separate: boolean
    readonly script: { readonly configMap: { readonly name: string; readonly file: string } }
    readonly arguments: string
    readonly runner: {
      readonly image: string
      readonly env: readonly { readonly name: string; readonly value: string }[]
      readonly envFrom: readonly Readonly<Record<string, { readonly name: string }>>[]
      readonly resources: object
    }
  }
}

const run = parse(readFileSync(join(import.meta.dirname, 'test-run.yaml'), 'utf8')) as TestRun
const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')

test('the file for the k6 operator is a TestRun of the pinned k6, one generator a machine', () => {
  expect(run).toMatchObject({ apiVersion: 'k6.io/v1alpha1', kind: 'TestRun', metadata: { name: 'seatcast-load' } })
  expect(Object.keys(run.spec).toSorted()).toEqual(['arguments', 'parallelism', 'runner', 'script', 'separate'])
  expect(run.spec.parallelism).toBeGreaterThan(1)
  expect(run.spec.separate).toBe(true)
  expect(run.spec.runner.image).toBe(`grafana/k6:${K6_VERSION.slice(1)}`)
  expect(run.spec.arguments).toContain(`-o ${REMOTE_WRITE} --tag testid=`)
  expect(run.spec.runner.env).toContainEqual({ name: 'K6_PROMETHEUS_RW_TREND_STATS', value: TREND_STATS })
  for (const { name, value } of run.spec.runner.env) expect(typeof value, name).toBe('string')
})

test('what it refers to is what the README makes, with the same number of generators', () => {
  const { script, runner, parallelism } = run.spec
  expect(readme).toContain(`kubectl create configmap ${script.configMap.name} --from-file=${script.configMap.file}`)
  expect(readme).toContain(`-e PARALLELISM=${parallelism}`)
  const [organiser, sale] = runner.envFrom
  expect(readme).toContain(`kubectl create secret generic ${organiser?.['secretRef']?.name} `)
  expect(readme).toContain(`kubectl create configmap ${sale?.['configMapRef']?.name} --from-env-file=`)
  expect(readme).toContain(`kubectl apply -f load-tests/k6-operator/test-run.yaml`)
})
