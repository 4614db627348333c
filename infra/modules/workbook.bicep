metadata description = 'The workbook over the telemetry of the function app.'

param location string
param tags object
param namePrefix string
param workspaceId string
param applicationInsightsId string

// In the page a query stands as the name of its file, so that no query is typed twice and the page stays plain JSON.
var page = loadJsonContent('../monitoring/workbook/workbook.json')
var queries = {
  'delivery-funnel.kql': loadTextContent('../monitoring/workbook/delivery-funnel.kql')
  'hour-against-yesterday.kql': loadTextContent('../monitoring/workbook/hour-against-yesterday.kql')
  'attempts.kql': loadTextContent('../monitoring/workbook/attempts.kql')
  'result-codes.kql': loadTextContent('../monitoring/workbook/result-codes.kql')
  'attempt-duration.kql': loadTextContent('../monitoring/workbook/attempt-duration.kql')
  'acknowledgement.kql': loadTextContent('../monitoring/workbook/acknowledgement.kql')
  'lateness.kql': loadTextContent('../monitoring/workbook/lateness.kql')
  'postponements.kql': loadTextContent('../monitoring/workbook/postponements.kql')
  'queue-depth.kql': loadTextContent('../monitoring/workbook/queue-depth.kql')
  'queue-age.kql': loadTextContent('../monitoring/workbook/queue-age.kql')
  'waiting.kql': loadTextContent('../monitoring/workbook/waiting.kql')
  'failed-payments.kql': loadTextContent('../monitoring/workbook/failed-payments.kql')
  'payment-timeline.kql': loadTextContent('../monitoring/workbook/payment-timeline.kql')
  'maintenance-runs.kql': loadTextContent('../monitoring/workbook/maintenance-runs.kql')
  'key.kql': loadTextContent('../monitoring/workbook/key.kql')
  'upkeep.kql': loadTextContent('../monitoring/workbook/upkeep.kql')
  'warnings.kql': loadTextContent('../monitoring/workbook/warnings.kql')
}

var items = map(
  page.items,
  item =>
    item.type == 3
      ? union(item, {
          content: union(item.content, {
            query: queries[item.content.query]
            crossComponentResources: [workspaceId]
          })
        })
      : item
)

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(applicationInsightsId, 'notifications')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: '${namePrefix}: payment notifications'
    category: 'workbook'
    version: page.version
    sourceId: applicationInsightsId
    serializedData: replace(
      string(union(page, { items: items, fallbackResourceIds: [workspaceId] })),
      '{workspaceId}',
      workspaceId
    )
  }
}
