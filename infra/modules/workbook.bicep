metadata description = 'The workbook over the telemetry of the function app.'

@description('Region of the workbook.')
@minLength(1)
param location string

@description('Tags of the workbook.')
param tags object

@description('Start of the name that the workbook is shown with.')
@minLength(1)
@maxLength(40)
param namePrefix string

@description('The workspace that the queries run in.')
@minLength(1)
param workspaceId string

@description('The Application Insights resource that the workbook is listed under.')
@minLength(1)
param applicationInsightsId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(applicationInsightsId, 'notifications')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: '${namePrefix}: payment notifications'
    category: 'workbook'
    version: 'Notebook/1.0'
    sourceId: applicationInsightsId
    serializedData: string({ version: 'Notebook/1.0', items: [], fallbackResourceIds: [workspaceId] })
  }
}
