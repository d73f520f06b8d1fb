import type { AnyCheck } from '../judge.ts';
import { caSigned } from './certificate/ca-signed.ts';
import { chainComplete } from './certificate/chain-complete.ts';
import { chainOrder } from './certificate/chain-order.ts';
import { commonName } from './certificate/common-name.ts';
import { issuerTrusted } from './certificate/issuer-trusted.ts';
import { keyStrength } from './certificate/key-strength.ts';
import { keySupported } from './certificate/key-supported.ts';
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
import { usageClient } from './certificate/usage-client.ts';
import { usageServer } from './certificate/usage-server.ts';
import { validity } from './certificate/validity.ts';
import { wildcard } from './certificate/wildcard.ts';
import { separateAddresses } from './declared/separate-addresses.ts';
import { unifiedCmNames } from './declared/unified-cm-names.ts';
import { ciscoUds } from './dns/cisco-uds.ts';
import { ciscoUdsHidden } from './dns/cisco-uds-hidden.ts';
import { ciscoUdsPort } from './dns/cisco-uds-port.ts';
import { collabEdge } from './dns/collab-edge.ts';
import { collabEdgePort } from './dns/collab-edge-port.ts';
import { cuploginHidden } from './dns/cuplogin-hidden.ts';
import { domainAnswers } from './dns/domain-answers.ts';
import { hostName } from './dns/host-name.ts';
import { insideAddress } from './dns/inside-address.ts';
import { nameCase } from './dns/name-case.ts';
import { ownAddress } from './dns/own-address.ts';
import { peerInSrv } from './dns/peer-in-srv.ts';
import { peerWeight } from './dns/peer-weight.ts';
import { publicAddress } from './dns/public-address.ts';
import { resolver } from './dns/resolver.ts';
import { resolverTcp } from './dns/resolver-tcp.ts';
import { reverse } from './dns/reverse.ts';
import { sipsPort } from './dns/sips-port.ts';
import { srvTarget } from './dns/srv-target.ts';
import { srvTargetAlias } from './dns/srv-target-alias.ts';
import { targetAddress } from './dns/target-address.ts';
import { answer } from './edge/answer.ts';
import { closed } from './port/closed.ts';
import { edge } from './port/edge.ts';
import { node } from './port/node.ts';
import { open } from './port/open.ts';
import { tunnel } from './port/tunnel.ts';
import { ableToLook } from './prober/able-to-look.ts';
import { ownClockAgrees } from './prober/clock.ts';
import { clockAgrees } from './time/clock-agrees.ts';
import { serverSynchronised } from './time/server-synchronised.ts';
import { handshake } from './tls/handshake.ts';
import { protocol } from './tls/protocol.ts';

/** Every documented requirement that is judged, upstream first: the order in which causes are told. */
export const checks = [
  // whether we can look, and whether what was declared can work
  ableToLook,
  ownClockAgrees,
  separateAddresses,
  unifiedCmNames,
  // the DNS servers
  resolver,
  resolverTcp,
  domainAnswers,
  // what clients ask first
  ciscoUdsHidden,
  cuploginHidden,
  collabEdge,
  collabEdgePort,
  srvTarget,
  hostName,
  nameCase,
  targetAddress,
  publicAddress,
  ownAddress,
  peerInSrv,
  sipsPort,
  peerWeight,
  srvTargetAlias,
  // what Expressway-C asks
  insideAddress,
  ciscoUds,
  ciscoUdsPort,
  reverse,
  // whether somebody listens, the widest explanation first
  edge,
  node,
  open,
  tunnel,
  handshake,
  protocol,
  closed,
  // the certificates that servers show
  sanHostName,
  validity,
  caSigned,
  issuerTrusted,
  chainComplete,
  sanServiceDomain,
  usageServer,
  usageClient,
  sanPhoneProfiles,
  sanClusterName,
  selfSignedTwins,
  keyStrength,
  signatureStrength,
  portsAgree,
  renewal,
  sanFederationDomains,
  sanChatAliases,
  wildcard,
  commonName,
  keySupported,
  chainOrder,
  // what the edge answers, and by which clock
  serverSynchronised,
  clockAgrees,
  answer,
] as const satisfies readonly AnyCheck[];
