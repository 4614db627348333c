metadata description = 'Log Analytics, Application Insights, the people whom alerts tell, and the budget.'

param location string
param tags object
param namePrefix string
param appPrincipalId string
param logRetentionDays int
param logDailyCapGb int
param pageEmails string[]
@secure()
param pageWebhook string
param ticketEmails string[]
param budget { amount: int, from: string }?

// Monitoring Metrics Publisher
var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: 'log-${namePrefix}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: logRetentionDays
    workspaceCapping: { dailyQuotaGb: logDailyCapGb }
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
  }
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${namePrefix}'
  location: location
  tags: tags
  kind: 'web'
  properties: { Application_Type: 'web', WorkspaceResourceId: workspace.id, DisableLocalAuth: true }
}

resource telemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(applicationInsights.id, appPrincipalId, metricsPublisher)
  scope: applicationInsights
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
  }
}

resource page 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${namePrefix}-page'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'notify-page'
    emailReceivers: [
      for (address, index) in pageEmails: { name: 'mail-${index}', emailAddress: address, useCommonAlertSchema: true }
    ]
    webhookReceivers: empty(pageWebhook)
      ? []
      : [{ name: 'webhook', serviceUri: pageWebhook, useCommonAlertSchema: true }]
  }
}

resource ticket 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${namePrefix}-ticket'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'notify-tick'
    emailReceivers: [
      for (address, index) in ticketEmails: { name: 'mail-${index}', emailAddress: address, useCommonAlertSchema: true }
    ]
  }
}

resource spending 'Microsoft.Consumption/budgets@2023-11-01' = if (budget != null) {
  name: 'budget-${namePrefix}'
  properties: {
    category: 'Cost'
    amount: budget!.amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: budget!.from }
    notifications: {
      spent: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: ticketEmails
      }
      foreseen: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: ticketEmails
      }
    }
  }
}

output workspaceId string = workspace.id
output applicationInsightsId string = applicationInsights.id
// It names the resource and opens nothing: local authentication is off.
output connectionString string = applicationInsights.properties.ConnectionString
output pageGroupId string = page.id
output ticketGroupId string = ticket.id
