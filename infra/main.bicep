metadata description = 'FunctionsNotify in one resource group.'

import { alipayPlusSettings } from 'modules/function-app.bicep'
import { paymentBackend } from 'modules/payment-queues.bicep'

// What a team sets.

@description('Start of every name: lower-case letters and digits, a letter first.')
@minLength(3)
@maxLength(11)
param namePrefix string

@description('What the app reads of Alipay+.')
param alipayPlus alipayPlusSettings

@description('Payment backends: they may send to the notifications\' queue and take from the outcomes\' queue, nothing else.')
@maxLength(100)
param paymentBackends paymentBackend[] = []

@description('Object id of a developer, who may then put the first message, take its outcome and read the public key; for development only.')
@maxLength(36)
param developerPrincipalId string = ''

@description('Mail addresses of those who are called at night.')
@maxLength(20)
param pageEmails string[] = []

@description('Mail addresses of those who look the next day.')
@maxLength(20)
param ticketEmails string[] = []

@description('Where a page is posted as well, in the common alert schema; the address may hold a key.')
@maxLength(2048)
@secure()
param pageWebhook string = ''

@description('Alerts are on; off, they are there and silent.')
param alertsEnabled bool = true

@description('Application (client) id of the operators\' API in Entra ID, whose app roles Reader and Operator count; empty: function keys alone.')
@maxLength(36)
param operationsClientId string = ''

@description('Addresses, as CIDR, from which the app\'s HTTP side is reached; empty: from everywhere.')
@maxLength(100)
param operatorCidrs string[] = []

@description('A budget of the resource group.')
type monthlyBudget = {
  @description('A month\'s amount in the currency of the subscription.')
  @minValue(1)
  @maxValue(10000000)
  amount: int

  @description('The first day of the month in which it was set up, such as 2027-01-01; it stays.')
  @minLength(10)
  @maxLength(10)
  from: string
}

@description('Tells the next day\'s people at 80 % of it spent, and at 100 % foreseen; left out, nobody.')
param budget monthlyBudget?

// How large, how safe, how closed.

@description('Always-ready instances of Durable and of the intake, each; 0 lets the app scale to nothing. One instance alone is drained every 30 to 60 minutes, so production has 2.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = 0

@description('The most instances. Each runs at most 100 activities at once (host.json), so 40 instances send at most 4,000 at once.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Memory of an instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Spreads instances over the region\'s zones; each always-ready group then has at least 2.')
param zoneRedundant bool = false

@description('Redundancy of the storage account, where the claims are what keeps payments apart: ZRS outlives a zone, GZRS a region.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param storageRedundancy string = 'Standard_ZRS'

@description('Delete locks on storage and vault, and purge protection of the vault. Off, `azd down` and `azd up` work again and again.')
param protect bool = true

@description('Storage and vault are reached through private endpoints only. Payment backends then need a way into the network.')
param privateNetwork bool = false

@description('A fixed outbound address, for an allow-list at Alipay+.')
param outboundNat bool = false

@description('Address space of the network, a /24 or larger.')
@minLength(9)
@maxLength(18)
param networkAddressPrefix string = '10.40.0.0/24'

// The signing key. A rotation makes a key of another name beside the one in use (docs/deployment.md).

@description('Name of the key that signs. It is made if it is not there; Alipay+ knows it by alipayPlus.keyVersion.')
@minLength(1)
@maxLength(127)
param signingKeyName string = 'notify-signing-1'

@description('Name of the key that comes next: made, and not used yet; empty: none.')
@maxLength(127)
param nextSigningKeyName string = ''

@description('Keeps keys in a hardware module. Chosen at the first deployment.')
param hardwareKey bool = false

@description('How long a key signs, from the deployment that makes it.')
@minLength(3)
@maxLength(10)
param signingKeyLifetime string = 'P2Y'

@description('When a new key\'s life begins; never set by hand.')
@maxLength(20)
param now string = utcNow()

// The rest has defaults that fit.

@description('Region of everything.')
@minLength(3)
@maxLength(40)
param location string = resourceGroup().location

@description('Tags of every resource.')
param tags object = {}

@description('An account that exists and holds the payment queues instead of the app\'s own one.')
type existingAccount = {
  @description('Name of the account.')
  @minLength(3)
  @maxLength(24)
  name: string

  @description('Its resource group.')
  @minLength(1)
  @maxLength(90)
  resourceGroup: string

  @description('Its subscription; left out, this one.')
  @minLength(36)
  @maxLength(36)
  subscriptionId: string?
}

@description('The separate payments account; left out, the payment queues are in the app\'s own account.')
param paymentsAccount existingAccount?

@description('Queue that backends send to.')
@minLength(3)
@maxLength(56)
param notificationsQueue string = 'payment-notifications'

@description('Queue that backends take outcomes from.')
@minLength(3)
@maxLength(63)
param outcomesQueue string = 'payment-notification-outcomes'

@description('Settings of docs/deployment.md that differ from their defaults, by name. The app judges them when it starts.')
param appSettings object = {}

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Gigabytes of logs a day after which nothing more is taken in; -1 for no cap. Alerts are blind beyond it.')
@minValue(-1)
@maxValue(1000)
param logDailyCapGb int = 10

var unique = uniqueString(resourceGroup().id, namePrefix)
var storageAccountName = take('st${namePrefix}${unique}', 24)
var packageContainer = 'app-package'
var paymentsAccountName = paymentsAccount.?name ?? storageAccountName
var queueAddress = 'https://${paymentsAccountName}.queue.${environment().suffixes.storage}'
var users = empty(developerPrincipalId) ? [] : [{ principalId: developerPrincipalId, principalType: 'User' }]

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${namePrefix}'
  location: location
  tags: tags
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    location: location
    tags: tags
    namePrefix: namePrefix
    appPrincipalId: identity.properties.principalId
    logRetentionDays: logRetentionDays
    logDailyCapGb: logDailyCapGb
    pageEmails: pageEmails
    pageWebhook: pageWebhook
    ticketEmails: ticketEmails
    budget: budget
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    location: location
    tags: tags
    accountName: storageAccountName
    redundancy: storageRedundancy
    privateOnly: privateNetwork
    protect: protect
    packageContainer: packageContainer
    appPrincipalId: identity.properties.principalId
  }
}

module ownQueues 'modules/payment-queues.bicep' = if (paymentsAccount == null) {
  params: {
    accountName: storageAccountName
    notificationsQueue: notificationsQueue
    outcomesQueue: outcomesQueue
    backends: concat(paymentBackends, users)
    appPrincipalId: ''
  }
  dependsOn: [storage]
}

module separateQueues 'modules/payment-queues.bicep' = if (paymentsAccount != null) {
  scope: resourceGroup(
    paymentsAccount.?subscriptionId ?? subscription().subscriptionId,
    paymentsAccount.?resourceGroup ?? resourceGroup().name
  )
  params: {
    accountName: paymentsAccountName
    notificationsQueue: notificationsQueue
    outcomesQueue: outcomesQueue
    backends: concat(paymentBackends, users)
    appPrincipalId: identity.properties.principalId
  }
}

module vault 'modules/key-vault.bicep' = {
  params: {
    location: location
    tags: tags
    vaultName: take('kv-${namePrefix}-${unique}', 24)
    keyNames: concat([signingKeyName], empty(nextSigningKeyName) ? [] : [nextSigningKeyName])
    hardwareKey: hardwareKey
    keyExpires: dateTimeToEpoch(dateTimeAdd(now, signingKeyLifetime))
    privateOnly: privateNetwork
    protect: protect
    appPrincipalId: identity.properties.principalId
    readers: users
    workspaceId: monitoring.outputs.workspaceId
  }
}

module network 'modules/network.bicep' = if (privateNetwork || outboundNat) {
  params: {
    location: location
    tags: tags
    namePrefix: namePrefix
    addressPrefix: networkAddressPrefix
    outboundNat: outboundNat
    privateEndpoints: privateNetwork
    storageAccountId: storage.outputs.id
    vaultId: vault.outputs.id
  }
}

module app 'modules/function-app.bicep' = {
  params: {
    location: location
    tags: tags
    namePrefix: namePrefix
    appName: 'func-${namePrefix}-${unique}'
    identityId: identity.id
    identityClientId: identity.properties.clientId
    storageAccountName: storageAccountName
    packageContainer: packageContainer
    queueAddress: queueAddress
    notificationsQueue: notificationsQueue
    outcomesQueue: outcomesQueue
    // Unique per app; deliveries of another hub in the same account are another app's.
    taskHub: 'Notify${unique}'
    signingKeyUri: vault.outputs.keyUris[0]
    signingKeyName: signingKeyName
    alipayPlus: alipayPlus
    overrides: appSettings
    operationsClientId: operationsClientId
    operatorCidrs: operatorCidrs
    applicationInsightsConnectionString: monitoring.outputs.connectionString
    alwaysReadyInstances: alwaysReadyInstances
    maximumInstanceCount: maximumInstanceCount
    instanceMemoryMB: instanceMemoryMB
    zoneRedundant: zoneRedundant
    subnetId: privateNetwork || outboundNat ? network!.outputs.appSubnetId : null
  }
  // Its roles and queues first: the app looks for them when it starts. Storage is named because the queues that wait for it are
  // left out where they have an account of their own.
  #disable-next-line no-unnecessary-dependson
  dependsOn: [storage, ownQueues, separateQueues]
}

module alerts 'modules/alerts.bicep' = {
  params: {
    location: location
    tags: tags
    namePrefix: namePrefix
    workspaceId: monitoring.outputs.workspaceId
    applicationInsightsId: monitoring.outputs.applicationInsightsId
    readyAddress: '${app.outputs.address}/api/health/ready'
    pageGroupId: monitoring.outputs.pageGroupId
    ticketGroupId: monitoring.outputs.ticketGroupId
    enabled: alertsEnabled
  }
}

module workbook 'modules/workbook.bicep' = {
  params: {
    location: location
    tags: tags
    namePrefix: namePrefix
    workspaceId: monitoring.outputs.workspaceId
    applicationInsightsId: monitoring.outputs.applicationInsightsId
  }
}

@description('Name of the app, for deploying its package.')
output AZURE_FUNCTION_APP_NAME string = app.outputs.name

@description('Address of the app; the operators\' API is below /api.')
output NOTIFY_API string = app.outputs.address

@description('Addresses of the signing key and of the next one, each with its version, whose public keys Alipay+ is given.')
output SIGNING_KEYS array = vault.outputs.keyUris

@description('Address that payment backends send notifications to.')
output NOTIFICATIONS_QUEUE string = '${queueAddress}/${notificationsQueue}'

@description('Address that payment backends take outcomes from.')
output OUTCOMES_QUEUE string = '${queueAddress}/${outcomesQueue}'

@description('What Alipay+ sees as our address with outboundNat; else empty.')
output OUTBOUND_ADDRESS string = outboundNat ? network!.outputs.outboundAddress : ''
