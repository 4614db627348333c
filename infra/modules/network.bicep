metadata description = 'A network for the app: a fixed outbound address, private endpoints with names that resolve to them, or both.'

param location string
param tags object
param namePrefix string
param addressPrefix string
param outboundNat bool
param privateEndpoints bool
param storageAccountId string
param vaultId string

var storageSuffix = environment().suffixes.storage
// Key Vault's own suffix, with privatelink's name for it.
var vaultZone = 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}'
var endpoints = privateEndpoints
  ? [
      { group: 'blob', target: storageAccountId, zone: 'privatelink.blob.${storageSuffix}' }
      { group: 'queue', target: storageAccountId, zone: 'privatelink.queue.${storageSuffix}' }
      { group: 'table', target: storageAccountId, zone: 'privatelink.table.${storageSuffix}' }
      { group: 'vault', target: vaultId, zone: vaultZone }
    ]
  : []

resource address 'Microsoft.Network/publicIPAddresses@2025-05-01' = if (outboundNat) {
  name: 'pip-${namePrefix}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static' }
}

resource gateway 'Microsoft.Network/natGateways@2025-05-01' = if (outboundNat) {
  name: 'nat-${namePrefix}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIpAddresses: [{ id: address.id }] }
}

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: 'vnet-${namePrefix}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 0)
          natGateway: outboundNat ? { id: gateway.id } : null
          delegations: [{ name: 'flex-consumption', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      { name: 'endpoints', properties: { addressPrefix: cidrSubnet(addressPrefix, 26, 1) } }
    ]
  }

  resource app 'subnets' existing = {
    name: 'app'
  }

  resource endpoints 'subnets' existing = {
    name: 'endpoints'
  }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for endpoint in endpoints: {
    name: endpoint.zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (endpoint, index) in endpoints: {
    parent: zones[index]
    name: 'to-${network.name}'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      // A payments account may have private endpoints in somebody else's network: what this zone does not know is asked outside.
      resolutionPolicy: 'NxDomainRedirect'
      virtualNetwork: { id: network.id }
    }
  }
]

resource connections 'Microsoft.Network/privateEndpoints@2025-05-01' = [
  for endpoint in endpoints: {
    name: 'pe-${namePrefix}-${endpoint.group}'
    location: location
    tags: tags
    properties: {
      subnet: { id: network::endpoints.id }
      privateLinkServiceConnections: [
        {
          name: endpoint.group
          properties: {
            // A parameter, but one that came through the list above.
            #disable-next-line use-resource-id-functions
            privateLinkServiceId: endpoint.target
            groupIds: [endpoint.group]
          }
        }
      ]
    }
  }
]

resource names 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [
  for (endpoint, index) in endpoints: {
    parent: connections[index]
    name: 'default'
    properties: { privateDnsZoneConfigs: [{ name: endpoint.group, properties: { privateDnsZoneId: zones[index].id } }] }
  }
]

output appSubnetId string = network::app.id
output outboundAddress string = outboundNat ? address!.properties.ipAddress : ''
