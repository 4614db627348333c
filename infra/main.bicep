metadata description = 'FunctionsNotify in one resource group.'

import { alertThresholds } from 'modules/alerts.bicep'
import { alipayPlusSettings, alwaysReadyGroup, appSettingOverrides } from 'modules/function-app.bicep'
import { paymentBackend } from 'modules/payment-queues.bicep'

@description('Region of everything.')
@minLength(3)
@maxLength(40)
param location string = resourceGroup().location

@description('Start of every name: lower-case letters and digits, a letter first.')
@minLength(3)
@maxLength(11)
param namePrefix string

@description('Tags of every resource.')
param tags object = {}

@description('What the app reads of Alipay+.')
param alipayPlus alipayPlusSettings

@description('Name of the signing key in the vault.')
@minLength(1)
@maxLength(127)
param signingKeyName string = 'notify-signing'

@description('The vault\'s version of the signing key (32 hexadecimal digits), the one that Alipay+ knows by alipayPlus.keyVersion. Empty in the very first deployment only, which makes the key: the app does not start until it is set.')
@maxLength(32)
param signingKeyVersion string = ''

@description('Keeps the signing key in a hardware module. Chosen at the first deployment.')
param hardwareKey bool = false

@description('Payment backends: they may send to the notifications\' queue and take from the outcomes\' queue, nothing else.')
@maxLength(100)
param paymentBackends paymentBackend[] = []

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

@description('The retry schedule as time spans; empty for the default of 15 retries.')
@maxLength(30)
param retryDelays string[] = []

@description('Settings that differ from the defaults of docs/configuration.md.')
param appSettings appSettingOverrides = {}

@description('How operators are known: by function keys, or by Entra ID with the app roles Reader and Operator.')
@allowed(['keys', 'entra'])
param operationsAuthentication string = 'keys'

@description('Application (client) id of the operators\' API in Entra ID; needed for entra.')
@maxLength(36)
param operationsClientId string = ''

@description('Always-ready groups; empty lets the app scale to nothing.')
@maxLength(10)
param alwaysReady alwaysReadyGroup[] = []

@description('The most instances.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 100

@description('Memory of an instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Redundancy of the storage account.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param storageRedundancy string = 'Standard_ZRS'

@description('Storage and vault are reached through private endpoints only. Payment backends then need a way into the network.')
param privateNetwork bool = false

@description('Address space of the private network, a /24 or larger.')
@minLength(9)
@maxLength(18)
param networkAddressPrefix string = '10.40.0.0/24'

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Gigabytes of logs a day after which nothing more is taken in; -1 for no cap. Alerts are blind beyond it.')
@minValue(-1)
@maxValue(1000)
param logDailyCapGb int = 10

@description('Mail addresses that alerts go to.')
@maxLength(50)
param alertEmails string[]

@description('Bounds of alerts that differ from the defaults.')
param alertBounds alertThresholds = {}

var unique = uniqueString(resourceGroup().id, namePrefix)
var storageAccountName = take('st${namePrefix}${unique}', 24)
var vaultName = take('kv-${namePrefix}-${unique}', 24)
var appName = 'func-${namePrefix}-${unique}'
var packageContainer = 'app-package'
// Unique per app; deliveries of another hub in the same account are another app's.
var taskHub = 'Notify${unique}'

module identity 'modules/identity.bicep' = {
  params: { location: location, tags: tags, namePrefix: namePrefix }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    location: location
    tags: tags
    namePrefix: namePrefix
    appPrincipalId: identity.outputs.principalId
    logRetentionDays: logRetentionDays
    logDailyCapGb: logDailyCapGb
    alertEmails: alertEmails
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    location: location
    tags: tags
    accountName: storageAccountName
    redundancy: storageRedundancy
    privateOnly: privateNetwork
    packageContainer: packageContainer
    appPrincipalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module ownQueues 'modules/payment-queues.bicep' = if (paymentsAccount == null) {
  params: {
    accountName: storageAccountName
    notificationsQueue: notificationsQueue
    outcomesQueue: outcomesQueue
    backends: paymentBackends
    grantApp: false
    appPrincipalId: identity.outputs.principalId
  }
  dependsOn: [storage]
}

module separateQueues 'modules/payment-queues.bicep' = if (paymentsAccount != null) {
  scope: resourceGroup(
    paymentsAccount.?subscriptionId ?? subscription().subscriptionId,
    paymentsAccount.?resourceGroup ?? resourceGroup().name
  )
  params: {
    accountName: paymentsAccount.?name ?? storageAccountName
    notificationsQueue: notificationsQueue
    outcomesQueue: outcomesQueue
    backends: paymentBackends
    grantApp: true
    appPrincipalId: identity.outputs.principalId
  }
}

module vault 'modules/key-vault.bicep' = {
  params: {
    location: location
    tags: tags
    vaultName: vaultName
    keyName: signingKeyName
    hardwareKey: hardwareKey
    privateOnly: privateNetwork
    appPrincipalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  params: {
    location: location
    tags: tags
    namePrefix: namePrefix
    addressPrefix: networkAddressPrefix
    storageAccountId: storage.outputs.id
    vaultId: vault.outputs.id
  }
}

module app 'modules/function-app.bicep' = {
  params: {
    location: location
    tags: tags
    namePrefix: namePrefix
    appName: appName
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageAccountName: storageAccountName
    paymentsAccountName: paymentsAccount.?name ?? storageAccountName
    packageContainer: packageContainer
    taskHub: taskHub
    notificationsQueue: notificationsQueue
    outcomesQueue: outcomesQueue
    vaultUri: vault.outputs.uri
    signingKeyName: signingKeyName
    signingKeyVersion: signingKeyVersion
    alipayPlus: alipayPlus
    retryDelays: retryDelays
    overrides: appSettings
    operationsAuthentication: operationsAuthentication
    operationsClientId: operationsClientId
    applicationInsightsConnectionString: monitoring.outputs.connectionString
    alwaysReady: alwaysReady
    maximumInstanceCount: maximumInstanceCount
    instanceMemoryMB: instanceMemoryMB
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    workspaceId: monitoring.outputs.workspaceId
  }
  // Its roles and queues first: the app looks for them when it starts. Storage is named because the queues that wait for
  // it are left out where they have an account of their own.
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
    actionGroupId: monitoring.outputs.actionGroupId
    thresholds: alertBounds
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
output AZURE_FUNCTION_APP_NAME string = appName

@description('Address of the operators\' API.')
output NOTIFY_API string = app.outputs.address

@description('Name of the vault, for docs/key-rotation.md.')
output AZURE_KEY_VAULT_NAME string = vaultName

@description('Address that payment backends send notifications to.')
output NOTIFICATIONS_QUEUE string = 'https://${paymentsAccount.?name ?? storageAccountName}.queue.${environment().suffixes.storage}/${notificationsQueue}'

@description('Address that payment backends take outcomes from.')
output OUTCOMES_QUEUE string = 'https://${paymentsAccount.?name ?? storageAccountName}.queue.${environment().suffixes.storage}/${outcomesQueue}'
