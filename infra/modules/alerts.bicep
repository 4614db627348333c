metadata description = 'Alerts over the telemetry of the function app; each one names its runbook.'

@description('Bounds of the alerts. Counts are "more than", times are "longer than".')
@export()
type alertThresholds = {
  @description('Deliveries that ended with no final answer, in 15 minutes, before an alert is raised.')
  @minValue(0)
  @maxValue(1000)
  exhaustedDeliveries: int?
}

@description('What holds for every bound that is not given; each value is argued in docs/monitoring.md.')
@export()
var defaultThresholds = {
  exhaustedDeliveries: 0
}

@description('Region of the rules: that of the workspace.')
@minLength(1)
param location string

@description('Tags of every rule.')
param tags object

@description('Start of every rule name.')
@minLength(1)
@maxLength(40)
param namePrefix string

@description('The workspace that the queries run in.')
@minLength(1)
param workspaceId string

@description('The Application Insights resource, named in each alert so that the receiver finds the traces.')
@minLength(1)
param applicationInsightsId string

@description('The action group that every rule notifies.')
@minLength(1)
param actionGroupId string

@description('Bounds that differ from the defaults.')
param thresholds alertThresholds = {}

var bounds = union(defaultThresholds, thresholds)

resource exhausted 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: '${namePrefix}-exhausted-deliveries'
  location: location
  tags: tags
  properties: {
    displayName: 'FunctionsNotify: deliveries exhausted'
    severity: 1
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: 'AppMetrics | where Name == "notify.outcomes" | where tostring(Properties["state"]) == "Exhausted" | summarize Value = sum(Sum)'
          metricMeasureColumn: 'Value'
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: bounds.exhaustedDeliveries
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: {
      actionGroups: [actionGroupId]
      customProperties: { applicationInsights: applicationInsightsId }
    }
  }
}
