import { describe, expect, it } from 'vitest';
import { kinds } from '../../../src/kinds/all.ts';
import { API_VERSION } from '../../../src/kinds/resource.ts';
import { renderTemplate } from '../../../src/output/template/render.ts';
import { render } from './support.ts';
import type { Objects } from './support.ts';

describe('Go values of objects', () => {
  it.each<readonly [string, Objects, string, string]>([
    [
      'promotes the fields of embedded structs',
      'pool',
      '{{range .}}{{.Name}} {{.ObjectMeta.Name}} {{.Kind}} {{.TypeMeta.Kind}} {{.APIVersion}} {{.UID}}{{end}}',
      'g1 g1 IPPool IPPool projectcalico.org/v3 u-1',
    ],
    [
      'shows zero values for what is absent',
      'pools',
      '{{range .}}{{with index .Items 1}}[{{.Spec.VXLANMode}}] {{.Spec.Disabled}} {{.Spec.BlockSize}} {{.Spec.AllowedUses}} {{.Spec.AssignmentMode}} {{.Labels}} {{.Status}} {{.CreationTimestamp}} {{.DeletionTimestamp}}{{end}}{{end}}',
      '[] false 0 [] <nil> map[] <nil> 0001-01-01 00:00:00 +0000 UTC <nil>',
    ],
    [
      'prints pointers as what they lead to, and as addresses inside of something',
      'pool',
      '{{range .}}{{.Spec.AssignmentMode}} {{.Spec}}{{end}}{{.}}',
      'Automatic {10.4.0.0/16  Always false false false 26 all()  [Workload Tunnel] 0xc000000000}[0xc000000000]',
    ],
    [
      'shows a whole object with its address sign',
      'pool',
      '{{range .}}{{.}}{{end}}',
      '&{{IPPool projectcalico.org/v3} {g1    u-1 7 0 2024-01-02 03:04:05 +0000 UTC <nil> <nil> map[a:b b:2] map[] [] [] []} {10.4.0.0/16  Always false false false 26 all()  [Workload Tunnel] 0xc000000000} <nil>}',
    ],
    [
      'shows the structs of Kubernetes as messages',
      'pool',
      '{{range .}}{{.TypeMeta}} {{.ObjectMeta}}{{end}}',
      '&TypeMeta{Kind:IPPool,APIVersion:projectcalico.org/v3,} &ObjectMeta{Name:g1,GenerateName:,Namespace:,SelfLink:,UID:u-1,ResourceVersion:7,Generation:0,CreationTimestamp:2024-01-02 03:04:05 +0000 UTC,DeletionTimestamp:<nil>,DeletionGracePeriodSeconds:nil,Labels:map[string]string{a: b,b: 2,},Annotations:map[string]string{},OwnerReferences:[]OwnerReference{},Finalizers:[],ManagedFields:[]ManagedFieldsEntry{},}',
    ],
    [
      'has the metadata of lists',
      'pools',
      '{{range .}}{{.Kind}} {{.ListMeta}} {{.Continue}}{{.RemainingItemCount}} {{.GetResourceVersion}}{{end}}',
      'IPPoolList &ListMeta{SelfLink:,ResourceVersion:12,Continue:,RemainingItemCount:nil,} <nil> 12',
    ],
    [
      'has AS numbers, durations and the fields inside of them',
      'peers',
      '{{range .}}{{.Spec.ASNumber}} {{.Spec.ASNumber.String}} {{.Spec.MaxRestartTime}}{{with .Spec.MaxRestartTime}} {{.Duration}}{{end}};{{end}}',
      '64512 64512 &Duration{Duration:1m30s,} 1m30s;0 0 nil;',
    ],
    [
      'promotes the embedded reference of a secret key',
      'peers',
      '{{with (index . 0).Spec.Password}}{{.SecretKeyRef.Name}} {{.SecretKeyRef.LocalObjectReference.Name}} {{.SecretKeyRef.Key}} {{.SecretKeyRef}}{{end}}',
      's s k &SecretKeySelector{LocalObjectReference:LocalObjectReference{Name:s,},Key:k,Optional:nil,}',
    ],
    [
      'has ports and protocols, as text and in parts',
      'policy',
      '{{range .}}{{range .Spec.Ingress}}{{.Protocol}} {{.Protocol.StrVal}}{{.Protocol.NumVal}} {{.Source.Ports}} {{range .Source.Ports}}{{.MinPort}}-{{.MaxPort}}{{.PortName}},{{end}};{{end}}{{end}}',
      'TCP TCP0 [80 8000:9000 http] 80-80,8000-9000,0-0http,;17 17 [] ;',
    ],
    [
      'has the ports of Kubernetes, whose text belongs to the pointer',
      'staged',
      '{{range .}}{{.Spec.PodSelector}}{{range .Spec.Ingress}}{{range .Ports}} {{.Port}} {{with .Port}}{{.StrVal}}{{.IntVal}}{{end}}{{end}}{{end}}{{end}}',
      '&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{},} web web0 80 80 <nil> ',
    ],
    [
      'has floats',
      'policy',
      '{{range .}}{{.Spec.Order}} {{html .Spec.Order}} {{printf "%v" .Spec.Order}}{{end}}',
      '100.5 100.5 0xc000000000',
    ],
    [
      'has the settings of nodes',
      'node',
      '{{range .}}{{.Spec.BGP.ASNumber}} {{.Spec.BGP.IPv4Address}} {{.Spec.Wireguard}} {{.Status}}{{end}}',
      '65001 10.0.0.1/24 <nil> {  []}',
    ],
    [
      'has booleans that may be absent',
      'bgp',
      '{{range .}}{{.Spec.NodeToNodeMeshEnabled}} {{if .Spec.NodeToNodeMeshEnabled}}set{{end}} {{.Spec.Communities}} {{range .Spec.ServiceClusterIPs}}{{.CIDR}}{{end}} {{.Spec.ListenPort}}{{end}}',
      'false set [{c 1:2}] 10.0.0.0/8 0',
    ],
    [
      'answers the getters of metadata',
      'pool',
      '{{range .}}{{.GetName}} {{.ObjectMeta.GetUID}} {{.GetLabels}} {{.GetNamespace}}{{end}}',
      'g1 u-1 map[a:b b:2] ',
    ],
  ])('%s', (_, objects, template, expected) => {
    expect(render(template, objects)).toBe(expected);
  });

  it('shows an empty object of every kind with all its fields', () => {
    const shown = kinds.map(({ name }) =>
      renderTemplate(
        '{{range .}}{{.Kind}} {{.Name}} {{printf "%T" .Spec}}{{len (printf "%+v%#v" . .Spec) | lt 100}}{{end}}',
        [{ kind: name, apiVersion: API_VERSION, metadata: { name: 'x' }, spec: {} }],
        { asnumber: '' },
      ),
    );
    expect(shown).toEqual(kinds.map(({ name, spec }) => `${name} x ${spec.pkg}.${spec.name}true`));
  });
});
