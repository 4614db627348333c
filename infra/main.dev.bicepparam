// Development: scales to nothing, may be taken down and put up again, calls nobody. docs/deployment.md lists the variables
// (azd env set, or the pipeline's); one that is not set and one that is empty are the same.
using 'main.bicep'

var backends = filter(split(readEnvironmentVariable('PAYMENT_BACKENDS', ''), ','), id => !empty(id))
var publicKeys = readEnvironmentVariable('ALIPAYPLUS_PUBLIC_KEYS', '')
var keyVersion = readEnvironmentVariable('ALIPAYPLUS_KEY_VERSION', '')
var signingKey = readEnvironmentVariable('SIGNING_KEY', '')
var account = readEnvironmentVariable('PAYMENTS_ACCOUNT', '')

param namePrefix = 'fndev'
param tags = { environment: 'dev', 'azd-env-name': readEnvironmentVariable('AZURE_ENV_NAME', '') }
param alipayPlus = {
  baseUrl: readEnvironmentVariable('ALIPAYPLUS_BASE_URL', '')
  clientId: readEnvironmentVariable('ALIPAYPLUS_CLIENT_ID', '')
  keyVersion: empty(keyVersion) ? '1' : keyVersion
  publicKeys: json(empty(publicKeys) ? '{}' : publicKeys)
}
param signingKeyName = empty(signingKey) ? 'notify-signing-1' : signingKey
param nextSigningKeyName = readEnvironmentVariable('NEXT_SIGNING_KEY', '')
param paymentBackends = map(backends, id => { principalId: id, principalType: 'ServicePrincipal' })
param paymentsAccount = empty(account)
  ? null
  : { name: account, resourceGroup: readEnvironmentVariable('PAYMENTS_RESOURCE_GROUP', '') }
// azd sets it: whoever deploys may put the first message.
param developerPrincipalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param alertsEnabled = false
param operationsClientId = readEnvironmentVariable('OPERATIONS_CLIENT_ID', '')
param operatorCidrs = filter(split(readEnvironmentVariable('OPERATOR_CIDRS', ''), ','), cidr => !empty(cidr))
param privateNetwork = readEnvironmentVariable('PRIVATE_NETWORK', '') == 'true'
param outboundNat = readEnvironmentVariable('OUTBOUND_NAT', '') == 'true'
param storageRedundancy = 'Standard_LRS'
param protect = false
param logRetentionDays = 30
param logDailyCapGb = 1
