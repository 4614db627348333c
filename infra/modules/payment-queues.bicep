metadata description = 'The payment queues in an account that exists, and who may do what on each of them.'

@export()
@description('A payment backend: it sends notifications and takes outcomes, nothing else.')
type paymentBackend = {
  @description('Object id of its managed identity, application or group.')
  @minLength(36)
  @maxLength(36)
  principalId: string

  @description('What the object is.')
  principalType: 'ServicePrincipal' | 'Group'
}

@description('Name of the account.')
@minLength(3)
@maxLength(24)
param accountName string

@description('Queue that backends send to; its poison queue needs a name too.')
@minLength(3)
@maxLength(56)
param notificationsQueue string

@description('Queue that backends take outcomes from.')
@minLength(3)
@maxLength(63)
param outcomesQueue string

@description('The payment backends.')
@maxLength(100)
param backends paymentBackend[]

@description('Gives the app its role on each queue; not needed where it has the role on the whole account.')
param grantApp bool

@description('Principal id of the app.')
param appPrincipalId string

// Storage Queue Data Contributor, Storage Queue Data Message Sender, Storage Queue Data Message Processor
var queueContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
var messageSender = 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a'
var messageProcessor = '8a0f0c08-91a1-4084-bc3d-661d67233fed'

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountName

  resource service 'queueServices' existing = {
    name: 'default'
  }
}

resource notifications 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = {
  parent: account::service
  name: notificationsQueue
}

resource poison 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = {
  parent: account::service
  name: '${notificationsQueue}-poison'
}

resource outcomes 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = {
  parent: account::service
  name: outcomesQueue
}

resource senders 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for backend in backends: {
    name: guid(notifications.id, backend.principalId, messageSender)
    scope: notifications
    properties: {
      principalId: backend.principalId
      principalType: backend.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', messageSender)
    }
  }
]

resource processors 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for backend in backends: {
    name: guid(outcomes.id, backend.principalId, messageProcessor)
    scope: outcomes
    properties: {
      principalId: backend.principalId
      principalType: backend.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', messageProcessor)
    }
  }
]

resource appOnNotifications 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (grantApp) {
  name: guid(notifications.id, 'app', queueContributor)
  scope: notifications
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', queueContributor)
  }
}

resource appOnPoison 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (grantApp) {
  name: guid(poison.id, 'app', queueContributor)
  scope: poison
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', queueContributor)
  }
}

resource appOnOutcomes 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (grantApp) {
  name: guid(outcomes.id, 'app', queueContributor)
  scope: outcomes
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', queueContributor)
  }
}
