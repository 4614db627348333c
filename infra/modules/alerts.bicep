metadata description = 'Eight alerts: five call somebody, three are looked at the next day. docs/runbooks.md has a section for each.'

param location string
param tags object
param namePrefix string
param workspaceId string
param applicationInsightsId string
@description('What the availability test asks.')
param readyAddress string
param pageGroupId string
param ticketGroupId string
param enabled bool

var page = loadTextContent('../monitoring/alerts/page.kql')

var rules = [
  {
    name: 'unreachable'
    severity: 0
    meaning: 'The app does not answer, is not ready, or has told nothing for 15 minutes'
    query: '${page}| where Alert == "unreachable"'
  }
  {
    name: 'cannot-send'
    severity: 0
    meaning: 'No notification can be sent or none is accepted for our key, client id or URL: every payment waits'
    query: '${page}| where Alert == "cannot-send"'
  }
  {
    name: 'stuck'
    severity: 1
    meaning: 'Deliveries do not move, or nobody looks after them'
    query: '${page}| where Alert == "stuck"'
  }
  {
    name: 'backlog-age'
    severity: 1
    meaning: 'Notifications wait on the queue and are not taken in'
    query: '${page}| where Alert == "backlog-age"'
  }
  {
    name: 'unacknowledged-age'
    severity: 1
    meaning: 'A payment has not been acknowledged for 10 minutes'
    query: '${page}| where Alert == "unacknowledged-age"'
  }
  {
    name: 'ended-unacknowledged'
    severity: 2
    meaning: 'Deliveries ended without an acknowledgement: refused, or every retry used'
    query: loadTextContent('../monitoring/alerts/ended-unacknowledged.kql')
  }
  {
    name: 'outcomes'
    severity: 2
    meaning: 'Payment backends are not told how deliveries ended'
    query: loadTextContent('../monitoring/alerts/outcomes.kql')
  }
  {
    name: 'needs-a-person'
    severity: 2
    meaning: 'Quarantine, poison queue or the end of the signing key wait for somebody'
    query: loadTextContent('../monitoring/alerts/needs-a-person.kql')
  }
]

resource alerts 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in rules: {
    name: '${namePrefix}-${rule.name}'
    location: location
    tags: tags
    properties: {
      displayName: '${namePrefix}: ${rule.name}'
      description: '${rule.meaning}. docs/runbooks.md#${rule.name}'
      severity: rule.severity
      enabled: enabled
      scopes: [workspaceId]
      evaluationFrequency: rule.severity < 2 ? 'PT5M' : 'PT15M'
      windowSize: 'PT30M'
      // A workspace without rows does not know its tables yet, and would refuse the rule.
      skipQueryValidation: true
      // One notice when it begins, silence while it lasts, one notice when it is over.
      autoMitigate: true
      criteria: {
        allOf: [
          {
            // The query holds the bounds: a row is an alert.
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [rule.severity < 2 ? pageGroupId : ticketGroupId] }
    }
  }
]

// Its results are rows of the workspace, which `unreachable` reads.
resource ready 'Microsoft.Insights/webtests@2022-06-15' = {
  name: 'ready-${namePrefix}'
  location: location
  tags: union(tags, { 'hidden-link:${applicationInsightsId}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: 'ready-${namePrefix}'
    Name: '${namePrefix}: ready'
    Kind: 'standard'
    Enabled: enabled
    Frequency: 300
    Timeout: 30
    RetryEnabled: true
    Locations: [{ Id: 'emea-nl-ams-azr' }, { Id: 'us-va-ash-azr' }, { Id: 'apac-sg-sin-azr' }]
    Request: { RequestUrl: readyAddress, HttpVerb: 'GET', ParseDependentRequests: false }
    ValidationRules: { ExpectedHttpStatusCode: 200, SSLCheck: true, SSLCertRemainingLifetimeCheck: 7 }
  }
}
