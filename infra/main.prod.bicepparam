// Production: always ready, over all zones, locked, operators known by Entra ID where it is set up. docs/deployment.md lists the
// variables (the pipeline's); one that is not set and one that is empty are the same.
using 'main.bicep'

var backends = filter(split(readEnvironmentVariable('PAYMENT_BACKENDS', ''), ','), id => !empty(id))
var publicKeys = readEnvironmentVariable('ALIPAYPLUS_PUBLIC_KEYS', '')
var signingKey = readEnvironmentVariable('SIGNING_KEY', '')
var budgetAmount = readEnvironmentVariable('BUDGET', '')
var account = readEnvironmentVariable('PAYMENTS_ACCOUNT', '')

param namePrefix = 'fnprod'
param tags = { environment: 'prod' }
param alipayPlus = {
  baseUrl: readEnvironmentVariable('ALIPAYPLUS_BASE_URL', '')
  clientId: readEnvironmentVariable('ALIPAYPLUS_CLIENT_ID', '')
  keyVersion: readEnvironmentVariable('ALIPAYPLUS_KEY_VERSION', '')
  publicKeys: json(empty(publicKeys) ? '{}' : publicKeys)
}
param signingKeyName = empty(signingKey) ? 'notify-signing-1' : signingKey
param nextSigningKeyName = readEnvironmentVariable('NEXT_SIGNING_KEY', '')
param hardwareKey = readEnvironmentVariable('HARDWARE_KEY', '') == 'true'
param paymentBackends = map(backends, id => { principalId: id, principalType: 'ServicePrincipal' })
param paymentsAccount = empty(account)
  ? null
  : { name: account, resourceGroup: readEnvironmentVariable('PAYMENTS_RESOURCE_GROUP', '') }
param pageEmails = filter(split(readEnvironmentVariable('PAGE_EMAILS', ''), ','), address => !empty(address))
param pageWebhook = readEnvironmentVariable('PAGE_WEBHOOK', '')
param ticketEmails = filter(split(readEnvironmentVariable('TICKET_EMAILS', ''), ','), address => !empty(address))
param budget = empty(budgetAmount)
  ? null
  : { amount: int(budgetAmount), from: readEnvironmentVariable('BUDGET_FROM', '') }
param operationsClientId = readEnvironmentVariable('OPERATIONS_CLIENT_ID', '')
param operatorCidrs = filter(split(readEnvironmentVariable('OPERATOR_CIDRS', ''), ','), cidr => !empty(cidr))
param privateNetwork = readEnvironmentVariable('PRIVATE_NETWORK', '') == 'true'
param outboundNat = readEnvironmentVariable('OUTBOUND_NAT', '') == 'true'
param alwaysReadyInstances = 2
param zoneRedundant = true
param logRetentionDays = 365
param logDailyCapGb = 50
