// Production: always ready, zone-redundant storage, operators known by Entra ID. What is yours comes from the environment
// (the pipeline's variables); docs/deployment.md lists it.
using 'main.bicep'

param namePrefix = 'fnprod'
param tags = { environment: 'prod' }
param alipayPlus = {
  baseUrl: readEnvironmentVariable('ALIPAYPLUS_BASE_URL')
  clientId: readEnvironmentVariable('ALIPAYPLUS_CLIENT_ID')
  keyVersion: readEnvironmentVariable('ALIPAYPLUS_KEY_VERSION')
  publicKeys: json(readEnvironmentVariable('ALIPAYPLUS_PUBLIC_KEYS'))
}
param signingKeyVersion = readEnvironmentVariable('SIGNING_KEY_VERSION')
param paymentBackends = json(readEnvironmentVariable('PAYMENT_BACKENDS'))
param alertEmails = json(readEnvironmentVariable('ALERT_EMAILS'))
param operationsAuthentication = 'entra'
param operationsClientId = readEnvironmentVariable('OPERATIONS_CLIENT_ID')
// A queue trigger scales in a group of its own: without the second entry it would go to nothing, and the first message
// after a pause would wait for a cold start.
param alwaysReady = [
  { name: 'durable', instanceCount: 1 }
  { name: 'function:Intake', instanceCount: 1 }
]
param logRetentionDays = 365
param logDailyCapGb = 50
