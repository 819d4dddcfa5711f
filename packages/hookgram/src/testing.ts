export {
  createTestHost,
  type FeedOptions,
  type TestCall,
  type TestHost,
  type TestHostOptions,
  type TestLogLine,
  type TestSend,
} from "./testing/test-host.ts";
export {
  SAMPLE_BOT,
  SAMPLE_CHAT,
  SAMPLE_USER,
  type SampleUpdate,
  sampleEvent,
  sampleUpdate,
} from "./testing/sample-update.ts";
