metadata description = 'The payment queues in an account that exists, and who may do what on each of them.'

@export()
@description('A payment backend: it sends notifications and takes outcomes, nothing else.')
type paymentBackend = {
  @description('Object id of its managed identity, application or group.')
  @maxLength(36)
  principalId: string

  @description('What the object is.')
  principalType: 'ServicePrincipal' | 'Group' | 'User'
}

@minLength(3)
@maxLength(24)
param accountName string
@description('Its poison queue needs a name too.')
@minLength(3)
@maxLength(56)
param notificationsQueue string
@minLength(3)
@maxLength(63)
param outcomesQueue string
param backends paymentBackend[]
@description('The app, where it has no role on the whole account; else empty.')
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

var names = [notificationsQueue, outcomesQueue, '${notificationsQueue}-poison']

resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = [
  for name in names: {
    parent: account::service
    name: name
  }
]

resource senders 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for backend in backends: {
    name: guid(queues[0].id, backend.principalId, messageSender)
    scope: queues[0]
    properties: {
      principalId: backend.principalId
      principalType: backend.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', messageSender)
    }
  }
]

resource processors 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for backend in backends: {
    name: guid(queues[1].id, backend.principalId, messageProcessor)
    scope: queues[1]
    properties: {
      principalId: backend.principalId
      principalType: backend.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', messageProcessor)
    }
  }
]

resource app 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, index) in names: if (!empty(appPrincipalId)) {
    name: guid(queues[index].id, appPrincipalId, queueContributor)
    scope: queues[index]
    properties: {
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', queueContributor)
    }
  }
]
