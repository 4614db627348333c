metadata description = 'Alerts over the telemetry of the function app; each one names its runbook.'

@description('Bounds of the alerts. A count or time raises its alert when it is more than the bound; days that a key has left, when they are fewer.')
@export()
type alertThresholds = {
  @description('Deliveries in 15 minutes that ended with no final answer.')
  @minValue(0)
  @maxValue(1000)
  exhaustedDeliveries: int?

  @description('Deliveries in 15 minutes that Alipay+ refused, for each cause.')
  @minValue(0)
  @maxValue(1000)
  rejectedDeliveries: int?

  @description('Attempts in 10 minutes that Alipay+ refused for our key, client id, URL or headers, for each result code.')
  @minValue(0)
  @maxValue(1000)
  setupRefusals: int?

  @description('Attempts in 15 minutes that failed on our side before the wire.')
  @minValue(0)
  @maxValue(1000)
  attemptsNotSent: int?

  @description('Messages in 15 minutes that contradict an accepted one.')
  @minValue(0)
  @maxValue(1000)
  conflicts: int?

  @description('Messages in 15 minutes that break a rule.')
  @minValue(0)
  @maxValue(1000)
  invalidMessages: int?

  @description('Accepted messages in an hour that break an unconfirmed rule, for each field.')
  @minValue(0)
  @maxValue(100000)
  ruleWarnings: int?

  @description('Quarantine records that wait for an operator, for each state.')
  @minValue(0)
  @maxValue(1000)
  quarantineWaiting: int?

  @description('Messages that stay in the poison queue for 15 minutes.')
  @minValue(0)
  @maxValue(1000)
  poisonWaiting: int?

  @description('Age in seconds of the oldest notification on its queue, in three readings, a minute apart.')
  @minValue(5)
  @maxValue(3600)
  backlogAgeSeconds: int?

  @description('Notifications on their queue, for 15 minutes without a break.')
  @minValue(10)
  @maxValue(1000000)
  backlogMessages: int?

  @description('Age in seconds of the oldest outcome on its queue, for 15 minutes without a break.')
  @minValue(60)
  @maxValue(86400)
  outcomesAgeSeconds: int?

  @description('Messages in 15 minutes that intake could not take in for a fault of ours.')
  @minValue(0)
  @maxValue(1000)
  intakeFaults: int?

  @description('Tries in 15 minutes to publish an outcome that failed.')
  @minValue(0)
  @maxValue(1000)
  outcomeFaults: int?

  @description('How long in seconds the most overdue delivery is overdue; the sweeper helps after 300.')
  @minValue(360)
  @maxValue(86400)
  overdueSeconds: int?

  @description('Lateness in seconds of retries, 95th percentile of 15 minutes.')
  @minValue(1)
  @maxValue(600)
  retryLatenessSeconds: int?

  @description('Time in seconds from the queue to the acknowledgement, 95th percentile of 15 minutes; Alipay+ asks by itself after 4.')
  @minValue(1)
  @maxValue(60)
  acknowledgementSeconds: int?

  @description('Messages accepted in 15 minutes while nothing at all was acknowledged.')
  @minValue(0)
  @maxValue(1000)
  unacknowledgedMessages: int?

  @description('Minutes that a timer function is overdue beyond its longest pause and grace.')
  @minValue(0)
  @maxValue(1440)
  missingRunMinutes: int?

  @description('Broken, suspended, missing or stuck deliveries found in 15 minutes, for each finding.')
  @minValue(0)
  @maxValue(1000)
  stuckDeliveries: int?

  @description('Signs in 10 minutes that the circuit breaker is open.')
  @minValue(0)
  @maxValue(1000)
  breakerOpen: int?

  @description('Index rows in 15 minutes that were not written beside a wait.')
  @minValue(0)
  @maxValue(10000)
  progressFailures: int?

  @description('Deliveries or claims in an hour that could not be swept or purged, for each run.')
  @minValue(0)
  @maxValue(1000)
  upkeepFaults: int?

  @description('Days that the signing key has left when its change should begin.')
  @minValue(8)
  @maxValue(365)
  keyDaysNearEnd: int?

  @description('Days that the signing key has left when its change is urgent.')
  @minValue(1)
  @maxValue(30)
  keyDaysAtEnd: int?
}

@description('What holds for every bound that is not given; each value is argued in docs/monitoring.md.')
@export()
var defaultThresholds = {
  exhaustedDeliveries: 0
  rejectedDeliveries: 0
  setupRefusals: 0
  attemptsNotSent: 0
  conflicts: 0
  invalidMessages: 0
  ruleWarnings: 20
  quarantineWaiting: 0
  poisonWaiting: 0
  backlogAgeSeconds: 60
  backlogMessages: 1000
  outcomesAgeSeconds: 900
  intakeFaults: 5
  outcomeFaults: 5
  overdueSeconds: 900
  retryLatenessSeconds: 5
  acknowledgementSeconds: 3
  unacknowledgedMessages: 2
  missingRunMinutes: 0
  stuckDeliveries: 0
  breakerOpen: 0
  progressFailures: 10
  upkeepFaults: 0
  keyDaysNearEnd: 30
  keyDaysAtEnd: 7
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

var rules = [
  {
    name: 'no-acknowledgements'
    title: 'nothing is acknowledged'
    meaning: 'Messages are accepted and Alipay+ acknowledges none of them'
    severity: 0
    frequency: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../monitoring/alerts/no-acknowledgements.kql')
    splitBy: []
    operator: 'GreaterThan'
    threshold: bounds.unacknowledgedMessages
  }
  {
    name: 'no-telemetry'
    title: 'no telemetry'
    meaning: 'The app has told nothing for 15 minutes: it is down, or its telemetry does not arrive'
    severity: 0
    frequency: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../monitoring/alerts/no-telemetry.kql')
    splitBy: []
    operator: 'LessThan'
    threshold: 1
  }
  {
    name: 'exhausted-deliveries'
    title: 'deliveries exhausted'
    meaning: 'Deliveries used their whole retry schedule and Alipay+ never gave a final answer'
    severity: 1
    frequency: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../monitoring/alerts/exhausted-deliveries.kql')
    splitBy: []
    operator: 'GreaterThan'
    threshold: bounds.exhaustedDeliveries
  }
  {
    name: 'setup-refusals'
    title: 'set-up refused'
    meaning: 'Alipay+ refuses our key, client id, URL or headers; every payment waits until that is mended'
    severity: 1
    frequency: 'PT1M'
    window: 'PT10M'
    query: loadTextContent('../monitoring/alerts/setup-refusals.kql')
    splitBy: ['ResultCode']
    operator: 'GreaterThan'
    threshold: bounds.setupRefusals
  }
  {
    name: 'attempts-not-sent'
    title: 'attempts not sent'
    meaning: 'Attempts fail on our side before the wire, most likely because nothing can be signed'
    severity: 1
    frequency: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../monitoring/alerts/attempts-not-sent.kql')
    splitBy: []
    operator: 'GreaterThan'
    threshold: bounds.attemptsNotSent
  }
  {
    name: 'backlog-age'
    title: 'notifications wait on the queue'
    meaning: 'The oldest notification has waited on the queue for longer than it should'
    severity: 1
    frequency: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../monitoring/alerts/backlog-age.kql')
    splitBy: []
    operator: 'GreaterThan'
    threshold: bounds.backlogAgeSeconds
  }
  {
    name: 'intake-faults'
    title: 'messages cannot be taken in'
    meaning: 'Intake fails on a fault of ours and the messages come again'
    severity: 1
    frequency: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../monitoring/alerts/intake-faults.kql')
    splitBy: []
    operator: 'GreaterThan'
    threshold: bounds.intakeFaults
  }
  {
    name: 'outcome-faults'
    title: 'outcomes cannot be published'
    meaning: 'Deliveries have ended and the payment backends are not told'
    severity: 1
    frequency: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../monitoring/alerts/outcome-faults.kql')
    splitBy: []
    operator: 'GreaterThan'
    threshold: bounds.outcomeFaults
  }
  {
    name: 'overdue-deliveries'
    title: 'deliveries overdue'
    meaning: 'An attempt is overdue and the sweeper could not help'
    severity: 1
    frequency: 'PT5M'
    window: 'PT10M'
    query: loadTextContent('../monitoring/alerts/overdue-deliveries.kql')
    splitBy: []
    operator: 'GreaterThan'
    threshold: bounds.overdueSeconds
  }
  {
    name: 'missing-runs'
    title: 'maintenance does not run'
    meaning: 'A timer function has not run to its end for longer than its schedule allows'
    severity: 1
    frequency: 'PT5M'
    window: 'P1D'
    query: loadTextContent('../monitoring/alerts/missing-runs.kql')
    splitBy: ['Run']
    operator: 'GreaterThan'
    threshold: bounds.missingRunMinutes
  }
  {
    name: 'stuck-deliveries'
    title: 'deliveries stuck or broken'
    meaning: 'Deliveries are open and the platform does not work on them; some need an operator'
    severity: 1
    frequency: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../monitoring/alerts/stuck-deliveries.kql')
    splitBy: ['Finding']
    operator: 'GreaterThan'
    threshold: bounds.stuckDeliveries
  }
  {
    name: 'breaker-open'
    title: 'circuit breaker open'
    meaning: 'Alipay+ does not answer or is overloaded, so that sends are put off'
    severity: 1
    frequency: 'PT5M'
    window: 'PT10M'
    query: loadTextContent('../monitoring/alerts/breaker-open.kql')
    splitBy: []
    operator: 'GreaterThan'
    threshold: bounds.breakerOpen
  }
  {
    name: 'key-at-end'
    title: 'signing key ends'
    meaning: 'The signing key ends within days; after that every notification is refused'
    severity: 0
    frequency: 'PT1H'
    window: 'PT6H'
    query: loadTextContent('../monitoring/alerts/key-near-end.kql')
    splitBy: []
    operator: 'LessThan'
    threshold: bounds.keyDaysAtEnd
  }
  {
    name: 'rejected-deliveries'
    title: 'deliveries rejected'
    meaning: 'Alipay+ refused notifications for good, for a business reason or, after all retries, for our set-up'
    severity: 2
    frequency: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../monitoring/alerts/rejected-deliveries.kql')
    splitBy: ['Cause']
    operator: 'GreaterThan'
    threshold: bounds.rejectedDeliveries
  }
  {
    name: 'conflicts'
    title: 'contradicting messages'
    meaning: 'A second, different result came for a payment that has one; it is kept and not sent'
    severity: 2
    frequency: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../monitoring/alerts/conflicts.kql')
    splitBy: []
    operator: 'GreaterThan'
    threshold: bounds.conflicts
  }
  {
    name: 'invalid-messages'
    title: 'invalid messages'
    meaning: 'A payment backend sends messages that break a rule; those payments are not notified'
    severity: 2
    frequency: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../monitoring/alerts/invalid-messages.kql')
    splitBy: []
    operator: 'GreaterThan'
    threshold: bounds.invalidMessages
  }
  {
    name: 'poison-waiting'
    title: 'poison queue not empty'
    meaning: 'Messages stay in the poison queue although the drain tries them'
    severity: 2
    frequency: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../monitoring/alerts/poison-waiting.kql')
    splitBy: []
    operator: 'GreaterThan'
    threshold: bounds.poisonWaiting
  }
  {
    name: 'backlog-depth'
    title: 'many notifications wait'
    meaning: 'Notifications arrive faster than they are taken in'
    severity: 2
    frequency: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../monitoring/alerts/backlog-depth.kql')
    splitBy: []
    operator: 'GreaterThan'
    threshold: bounds.backlogMessages
  }
  {
    name: 'outcomes-not-consumed'
    title: 'outcomes are not read'
    meaning: 'The payment backends do not read the outcomes queue'
    severity: 2
    frequency: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../monitoring/alerts/outcomes-not-consumed.kql')
    splitBy: []
    operator: 'GreaterThan'
    threshold: bounds.outcomesAgeSeconds
  }
  {
    name: 'retry-lateness'
    title: 'retries are late'
    meaning: 'Retries start later than their schedule says'
    severity: 2
    frequency: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../monitoring/alerts/retry-lateness.kql')
    splitBy: []
    operator: 'GreaterThan'
    threshold: bounds.retryLatenessSeconds
  }
  {
    name: 'acknowledgement-latency'
    title: 'acknowledgements are late'
    meaning: 'One payment in twenty is acknowledged so late that Alipay+ asks for the result before it is told'
    severity: 2
    frequency: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../monitoring/alerts/acknowledgement-latency.kql')
    splitBy: []
    operator: 'GreaterThan'
    threshold: bounds.acknowledgementSeconds
  }
  {
    name: 'key-near-end'
    title: 'signing key near its end'
    meaning: 'The signing key ends within weeks; begin its change'
    severity: 2
    frequency: 'PT1H'
    window: 'PT6H'
    query: loadTextContent('../monitoring/alerts/key-near-end.kql')
    splitBy: []
    operator: 'LessThan'
    threshold: bounds.keyDaysNearEnd
  }
  {
    name: 'quarantine-waiting'
    title: 'quarantine not empty'
    meaning: 'Messages wait in the quarantine for a decision'
    severity: 3
    frequency: 'PT15M'
    window: 'PT30M'
    query: loadTextContent('../monitoring/alerts/quarantine-waiting.kql')
    splitBy: ['State']
    operator: 'GreaterThan'
    threshold: bounds.quarantineWaiting
  }
  {
    name: 'progress-failures'
    title: 'index rows not written'
    meaning: 'The read model lags behind; deliveries go on'
    severity: 3
    frequency: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../monitoring/alerts/progress-failures.kql')
    splitBy: []
    operator: 'GreaterThan'
    threshold: bounds.progressFailures
  }
  {
    name: 'upkeep-faults'
    title: 'upkeep faults'
    meaning: 'Single deliveries or claims could not be swept or purged; the next run tries again'
    severity: 3
    frequency: 'PT15M'
    window: 'PT1H'
    query: loadTextContent('../monitoring/alerts/upkeep-faults.kql')
    splitBy: ['Run']
    operator: 'GreaterThan'
    threshold: bounds.upkeepFaults
  }
  {
    name: 'rule-warnings'
    title: 'unconfirmed rules broken'
    meaning: 'More accepted messages than usual break a rule that no page confirms; they are sent all the same'
    severity: 4
    frequency: 'PT15M'
    window: 'PT1H'
    query: loadTextContent('../monitoring/alerts/rule-warnings.kql')
    splitBy: ['Field']
    operator: 'GreaterThan'
    threshold: bounds.ruleWarnings
  }
]

resource alert 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in rules: {
    name: '${namePrefix}-${rule.name}'
    location: location
    tags: tags
    properties: {
      displayName: '${namePrefix}: ${rule.title}'
      description: '${rule.meaning}. Runbook: docs/runbooks/${rule.name}.md'
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: rule.frequency
      windowSize: rule.window
      // Stateful: one notice when it fires, silence while it lasts, one notice when it is over.
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            metricMeasureColumn: 'Value'
            timeAggregation: 'Maximum'
            dimensions: [
              for column in rule.splitBy: {
                name: column
                operator: 'Include'
                values: ['*']
              }
            ]
            operator: rule.operator
            threshold: rule.threshold
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: [actionGroupId]
        customProperties: {
          runbook: 'docs/runbooks/${rule.name}.md'
          applicationInsights: applicationInsightsId
        }
      }
    }
  }
]
