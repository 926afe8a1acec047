export * from './socket-io/client.ts'
