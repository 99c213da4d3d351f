import kafkajs, { type Admin } from 'kafkajs';

/** The settings of a topic that differ from the broker's. */
export function topicConfigs(brokers: readonly string[], topic: string): Promise<Record<string, string>> {
  return asAdmin(brokers, async (admin) => {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
    });
    const own = resources[0]?.configEntries.filter(({ isDefault }) => !isDefault) ?? [];
    return Object.fromEntries(own.map(({ configName, configValue }) => [configName, configValue]));
  });
}

export function deleteTopic(brokers: readonly string[], topic: string): Promise<void> {
  return asAdmin(brokers, (admin) => admin.deleteTopics({ topics: [topic] }));
}

async function asAdmin<T>(brokers: readonly string[], act: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await act(admin);
  } finally {
    await admin.disconnect();
  }
}
