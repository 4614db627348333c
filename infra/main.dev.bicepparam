// Development: scales to nothing, the cheapest redundancy, against the sandbox of Alipay+. What is yours comes from the
// environment (azd env set, or the pipeline's variables); docs/deployment.md lists it.
using 'main.bicep'

param namePrefix = 'fndev'
param tags = { environment: 'dev', 'azd-env-name': readEnvironmentVariable('AZURE_ENV_NAME', 'dev') }
param alipayPlus = {
  baseUrl: readEnvironmentVariable('ALIPAYPLUS_BASE_URL')
  clientId: readEnvironmentVariable('ALIPAYPLUS_CLIENT_ID')
  keyVersion: readEnvironmentVariable('ALIPAYPLUS_KEY_VERSION', '1')
  publicKeys: json(readEnvironmentVariable('ALIPAYPLUS_PUBLIC_KEYS'))
}
param signingKeyVersion = readEnvironmentVariable('SIGNING_KEY_VERSION', '')
param paymentBackends = json(readEnvironmentVariable('PAYMENT_BACKENDS', '[]'))
param alertEmails = json(readEnvironmentVariable('ALERT_EMAILS', '[]'))
param storageRedundancy = 'Standard_LRS'
param logRetentionDays = 30
param logDailyCapGb = 1
