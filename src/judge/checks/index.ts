import type { AnyCheck } from '../judge.ts';
import { caSigned } from './certificate/ca-signed.ts';
import { chainComplete } from './certificate/chain-complete.ts';
import { chainOrder } from './certificate/chain-order.ts';
import { clientAuthority } from './certificate/client-authority.ts';
import { commonName } from './certificate/common-name.ts';
import { ecdsa } from './certificate/ecdsa.ts';
import { issuerTrusted } from './certificate/issuer-trusted.ts';
import { keyStrength } from './certificate/key-strength.ts';
import { keySupported } from './certificate/key-supported.ts';
import { peersAgree } from './certificate/peers-agree.ts';
import { phoneAuthorities } from './certificate/phone-authorities.ts';
import { phoneIssuer } from './certificate/phone-issuer.ts';
import { portsAgree } from './certificate/ports-agree.ts';
import { renewal } from './certificate/renewal.ts';
import { sanChatAliases } from './certificate/san-chat-aliases.ts';
import { sanClusterName } from './certificate/san-cluster-name.ts';
import { sanFederationDomains } from './certificate/san-federation-domains.ts';
import { sanHostName } from './certificate/san-host-name.ts';
import { sanPhoneProfiles } from './certificate/san-phone-profiles.ts';
import { sanServiceDomain } from './certificate/san-service-domain.ts';
import { selfSignedTwins } from './certificate/self-signed-twins.ts';
import { signatureStrength } from './certificate/signature-strength.ts';
import { status } from './certificate/status.ts';
import { trustedAuthorities } from './certificate/trusted-authorities.ts';
import { udsNames } from './certificate/uds-names.ts';
import { usageClient } from './certificate/usage-client.ts';
import { usageServer } from './certificate/usage-server.ts';
import { validity } from './certificate/validity.ts';
import { wildcard } from './certificate/wildcard.ts';
import { withoutName } from './certificate/without-name.ts';
import { discoveryNames } from './declared/discovery-names.ts';
import { edgeNames } from './declared/edge-names.ts';
import { endpointAuthorities } from './declared/endpoint-authorities.ts';
import { ice } from './declared/ice.ts';
import { ix } from './declared/ix.ts';
import { minimumVersions } from './declared/minimum-versions.ts';
import { oneToOne } from './declared/one-to-one.ts';
import { phoneProfiles } from './declared/phone-profiles.ts';
import { presenceDomain } from './declared/presence-domain.ts';
import { secureProfiles } from './declared/security-mode.ts';
import { separateAddresses } from './declared/separate-addresses.ts';
import { singleNic } from './declared/single-nic.ts';
import { trunk } from './declared/trunk.ts';
import { turnNat } from './declared/turn-nat.ts';
import { turnOff } from './declared/turn-off.ts';
import { unifiedCmNames } from './declared/unified-cm-names.ts';
import { webProxy } from './declared/web-proxy.ts';
import { bareName } from './dns/bare-name.ts';
import { ciscoUds } from './dns/cisco-uds.ts';
import { ciscoUdsHidden } from './dns/cisco-uds-hidden.ts';
import { ciscoUdsPort } from './dns/cisco-uds-port.ts';
import { ciscoUdsTargets } from './dns/cisco-uds-targets.ts';
import { collabEdge } from './dns/collab-edge.ts';
import { collabEdgeInside } from './dns/collab-edge-inside.ts';
import { collabEdgePort } from './dns/collab-edge-port.ts';
import { cuplogin } from './dns/cuplogin.ts';
import { cuploginHidden } from './dns/cuplogin-hidden.ts';
import { declaredAddress } from './dns/declared-address.ts';
import { domainAnswers } from './dns/domain-answers.ts';
import { dualNic } from './dns/dual-nic.ts';
import { edgeClusters } from './dns/edge-clusters.ts';
import { geoWeight } from './dns/geo-weight.ts';
import { hostName } from './dns/host-name.ts';
import { idpAddress } from './dns/idp-address.ts';
import { insideAddress } from './dns/inside-address.ts';
import { insideIpv4 } from './dns/inside-ipv4.ts';
import { ipv6Target } from './dns/ipv6-target.ts';
import { nameCase } from './dns/name-case.ts';
import { ownAddress } from './dns/own-address.ts';
import { peerInSrv } from './dns/peer-in-srv.ts';
import { peerWeight } from './dns/peer-weight.ts';
import { publicAddress } from './dns/public-address.ts';
import { resolver } from './dns/resolver.ts';
import { resolverTcp } from './dns/resolver-tcp.ts';
import { reverse } from './dns/reverse.ts';
import { reverseInside } from './dns/reverse-inside.ts';
import { sipsPeers } from './dns/sips-peers.ts';
import { sipsPort } from './dns/sips-port.ts';
import { srvTarget } from './dns/srv-target.ts';
import { srvTargetAlias } from './dns/srv-target-alias.ts';
import { srvTargetRole } from './dns/srv-target-role.ts';
import { staticNat } from './dns/static-nat.ts';
import { targetAddress } from './dns/target-address.ts';
import { answer } from './edge/answer.ts';
import { configNames } from './edge/config-names.ts';
import { configUds } from './edge/config-uds.ts';
import { cookieDomain } from './edge/cookie-domain.ts';
import { livingUds } from './edge/living-uds.ts';
import { login } from './edge/login.ts';
import { pages } from './edge/pages.ts';
import { edgeUds } from './edge/uds.ts';
import { axl } from './inside/axl.ts';
import { axlImPresence } from './inside/axl-im-presence.ts';
import { challenge } from './inside/challenge.ts';
import { insideHttp } from './inside/http.ts';
import { plain } from './page/plain.ts';
import { address } from './port/address.ts';
import { closed } from './port/closed.ts';
import { edge } from './port/edge.ts';
import { elsewhere } from './port/elsewhere.ts';
import { media } from './port/media.ts';
import { natReflection } from './port/nat-reflection.ts';
import { node } from './port/node.ts';
import { open } from './port/open.ts';
import { serverGroups } from './port/server-groups.ts';
import { tunnel } from './port/tunnel.ts';
import { ableToLook } from './prober/able-to-look.ts';
import { ownClockAgrees } from './prober/clock.ts';
import { cloud } from './push/cloud.ts';
import { androidPush } from './settings/android-push.ts';
import { digestCache } from './settings/digest-cache.ts';
import { domains } from './settings/domains.ts';
import { ipProtocol } from './settings/ip-protocol.ts';
import { jabberGuest } from './settings/jabber-guest.ts';
import { mediaRange } from './settings/media-range.ts';
import { originVerification } from './settings/origin-verification.ts';
import { pathHeaders } from './settings/path-headers.ts';
import { presenceDomains } from './settings/presence-domains.ts';
import { protection } from './settings/protection.ts';
import { rateControl } from './settings/rate-control.ts';
import { remoteAccess } from './settings/remote-access.ts';
import { securityMode } from './settings/security-mode.ts';
import { servers } from './settings/servers.ts';
import { sessions } from './settings/sessions.ts';
import { staticNatInside } from './settings/static-nat.ts';
import { stunKeepalive } from './settings/stun-keepalive.ts';
import { systemName } from './settings/system-name.ts';
import { trunkZone } from './settings/trunk-zone.ts';
import { turn } from './settings/turn.ts';
import { zone } from './settings/zone.ts';
import { zoneAuthentication } from './settings/zone-authentication.ts';
import { zoneName } from './settings/zone-name.ts';
import { zonePeers } from './settings/zone-peers.ts';
import { zonePort } from './settings/zone-port.ts';
import { zoneSample } from './settings/zone-sample.ts';
import { zoneSecurity } from './settings/zone-security.ts';
import { sipAnswer } from './sip/answer.ts';
import { sipProduct } from './sip/product.ts';
import { roundTrip } from './sip/round-trip.ts';
import { clockAgrees } from './time/clock-agrees.ts';
import { serverSynchronised } from './time/server-synchronised.ts';
import { clientCertificate } from './tls/client-certificate.ts';
import { clientCertificateAccepted } from './tls/client-certificate-accepted.ts';
import { dhGroup } from './tls/dh-group.ts';
import { encrypted } from './tls/encrypted.ts';
import { handshake } from './tls/handshake.ts';
import { keyExchange } from './tls/key-exchange.ts';
import { oldVersions } from './tls/old-versions.ts';
import { onboarding } from './tls/onboarding.ts';
import { protocol } from './tls/protocol.ts';
import { turnRelay } from './turn/relay.ts';
import { declared } from './version/declared.ts';
import { peers } from './version/peers.ts';
import { xmppEncryption } from './xmpp/encryption.ts';
import { xmppMechanisms } from './xmpp/mechanisms.ts';
import { xmppStream } from './xmpp/stream.ts';

/** Every documented requirement that is judged, upstream first: the order in which causes are told. */
export const checks = [
  // whether we can look, and whether what was declared can work
  ableToLook,
  ownClockAgrees,
  separateAddresses,
  unifiedCmNames,
  discoveryNames,
  edgeNames,
  presenceDomain,
  phoneProfiles,
  webProxy,
  oneToOne,
  singleNic,
  trunk,
  secureProfiles,
  ice,
  ix,
  endpointAuthorities,
  // the DNS servers
  resolver,
  resolverTcp,
  domainAnswers,
  // what clients ask first
  ciscoUdsHidden,
  cuploginHidden,
  collabEdge,
  collabEdgeInside,
  collabEdgePort,
  srvTarget,
  srvTargetRole,
  hostName,
  nameCase,
  targetAddress,
  publicAddress,
  declaredAddress,
  ipv6Target,
  ownAddress,
  peerInSrv,
  edgeClusters,
  sipsPort,
  sipsPeers,
  peerWeight,
  geoWeight,
  srvTargetAlias,
  idpAddress,
  // what Expressway-C asks
  insideAddress,
  insideIpv4,
  staticNat,
  dualNic,
  ciscoUds,
  ciscoUdsPort,
  ciscoUdsTargets,
  cuplogin,
  reverse,
  reverseInside,
  bareName,
  // whether somebody listens, the widest explanation first
  natReflection,
  edge,
  node,
  elsewhere,
  address,
  open,
  serverGroups,
  tunnel,
  media,
  keyExchange,
  handshake,
  protocol,
  // what several handshakes show
  encrypted,
  clientCertificate,
  clientCertificateAccepted,
  dhGroup,
  oldVersions,
  onboarding,
  closed,
  // the certificates that servers show
  sanHostName,
  validity,
  caSigned,
  issuerTrusted,
  chainComplete,
  phoneIssuer,
  trustedAuthorities,
  sanServiceDomain,
  usageServer,
  usageClient,
  sanPhoneProfiles,
  sanClusterName,
  selfSignedTwins,
  clientAuthority,
  phoneAuthorities,
  keyStrength,
  signatureStrength,
  portsAgree,
  peersAgree,
  renewal,
  sanFederationDomains,
  sanChatAliases,
  wildcard,
  commonName,
  keySupported,
  chainOrder,
  status,
  ecdsa,
  withoutName,
  // what the edge answers, and by which clock
  serverSynchronised,
  clockAgrees,
  answer,
  // what the edge tells somebody who signs in
  login,
  cookieDomain,
  configNames,
  configUds,
  edgeUds,
  pages,
  livingUds,
  // what answers over HTTP inside
  insideHttp,
  udsNames,
  axl,
  axlImPresence,
  challenge,
  plain,
  // what the other services of the edge answer
  sipAnswer,
  sipProduct,
  roundTrip,
  xmppStream,
  xmppEncryption,
  xmppMechanisms,
  turnRelay,
  cloud,
  // what runs there
  turnOff,
  turnNat,
  minimumVersions,
  peers,
  declared,
  // how an Expressway is set up, as an export of its configuration says
  remoteAccess,
  systemName,
  servers,
  ipProtocol,
  staticNatInside,
  jabberGuest,
  zone,
  zoneSecurity,
  zoneAuthentication,
  zoneName,
  zonePeers,
  zonePort,
  zoneSample,
  trunkZone,
  securityMode,
  domains,
  presenceDomains,
  pathHeaders,
  originVerification,
  turn,
  digestCache,
  stunKeepalive,
  androidPush,
  mediaRange,
  sessions,
  rateControl,
  protection,
] as const satisfies readonly AnyCheck[];
