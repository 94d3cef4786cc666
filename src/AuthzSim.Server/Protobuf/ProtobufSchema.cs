using System.Collections.Frozen;
using static AuthzSim.Server.Protobuf.ProtobufKind;

namespace AuthzSim.Server.Protobuf;

/// <summary>
/// The messages that clients send (upstream: <c>generated.proto</c> of <c>k8s.io/api/{rbac,authorization,authentication,core}/v1</c>
/// and of <c>k8s.io/apimachinery/pkg/apis/meta/v1</c>).
/// </summary>
internal static class ProtobufSchema
{
    private const string Rbac = "rbac.authorization.k8s.io/v1";
    private const string Authorization = "authorization.k8s.io/v1";
    private const string Authentication = "authentication.k8s.io/v1";

    private static readonly ProtobufMessage _metadata = new(
        new(1, "name"), new(2, "generateName"), new(3, "namespace"), new(4, "selfLink"), new(5, "uid"), new(6, "resourceVersion"), new(7, "generation", Integer),
        new(8, "creationTimestamp", Time), new(9, "deletionTimestamp", Time), new(10, "deletionGracePeriodSeconds", Integer),
        new(11, "labels", Map, IsRepeated: true), new(12, "annotations", Map, IsRepeated: true),
        new(13, "ownerReferences", Message, IsRepeated: true, new ProtobufMessage(
            new(1, "kind"), new(3, "name"), new(4, "uid"), new(5, "apiVersion"), new(6, "controller", ProtobufKind.Boolean), new(7, "blockOwnerDeletion", ProtobufKind.Boolean))),
        new(14, "finalizers", IsRepeated: true),
        new(17, "managedFields", Message, IsRepeated: true, new ProtobufMessage(
            new(1, "manager"), new(2, "operation"), new(3, "apiVersion"), new(4, "time", Time), new(6, "fieldsType"), new(7, "fieldsV1", Json), new(8, "subresource"))));

    private static readonly ProtobufMessage _requirement = new(new(1, "key"), new(2, "operator"), new(3, "values", IsRepeated: true));

    private static readonly ProtobufMessage _rule = new(
        new(1, "verbs", IsRepeated: true), new(2, "apiGroups", IsRepeated: true), new(3, "resources", IsRepeated: true), new(4, "resourceNames", IsRepeated: true),
        new(5, "nonResourceURLs", IsRepeated: true));

    private static readonly ProtobufMessage _binding = new(
        new(1, "metadata", Message, Message: _metadata),
        new(2, "subjects", Message, IsRepeated: true, new ProtobufMessage(new(1, "kind"), new(2, "apiGroup"), new(3, "name"), new(4, "namespace"))),
        new(3, "roleRef", Message, Message: new ProtobufMessage(new(1, "apiGroup"), new(2, "kind"), new(3, "name"))));

    private static readonly ProtobufMessage _selector = new(new(1, "rawSelector"), new(2, "requirements", Message, IsRepeated: true, _requirement));

    private static readonly ProtobufMessage _resourceAttributes = new(
        new(1, "namespace"), new(2, "verb"), new(3, "group"), new(4, "version"), new(5, "resource"), new(6, "subresource"), new(7, "name"),
        new(8, "fieldSelector", Message, Message: _selector), new(9, "labelSelector", Message, Message: _selector));

    private static readonly ProtobufMessage _nonResourceAttributes = new(new(1, "path"), new(2, "verb"));

    private static readonly ProtobufMessage _accessReview = WithSpec(
        new(1, "resourceAttributes", Message, Message: _resourceAttributes), new(2, "nonResourceAttributes", Message, Message: _nonResourceAttributes),
        new(3, "user"), new(4, "groups", IsRepeated: true),
        new(5, "extra", Map, IsRepeated: true, new ProtobufMessage(new ProtobufField(1, "items", IsRepeated: true))), new(6, "uid"));

    private static readonly FrozenDictionary<(string ApiVersion, string Kind), ProtobufMessage> _messages = new Dictionary<(string, string), ProtobufMessage>
    {
        [(Rbac, "Role")] = new(new(1, "metadata", Message, Message: _metadata), new(2, "rules", Message, IsRepeated: true, _rule)),
        [(Rbac, "ClusterRole")] = new(
            new(1, "metadata", Message, Message: _metadata), new(2, "rules", Message, IsRepeated: true, _rule),
            new(3, "aggregationRule", Message, Message: new ProtobufMessage(new ProtobufField(1, "clusterRoleSelectors", Message, IsRepeated: true, new ProtobufMessage(
                new(1, "matchLabels", Map, IsRepeated: true), new(2, "matchExpressions", Message, IsRepeated: true, _requirement)))))),
        [(Rbac, "RoleBinding")] = _binding,
        [(Rbac, "ClusterRoleBinding")] = _binding,
        [(Authorization, "SubjectAccessReview")] = _accessReview,
        [(Authorization, "LocalSubjectAccessReview")] = _accessReview,
        [(Authorization, "SelfSubjectAccessReview")] = WithSpec(
            new(1, "resourceAttributes", Message, Message: _resourceAttributes), new(2, "nonResourceAttributes", Message, Message: _nonResourceAttributes)),
        [(Authorization, "SelfSubjectRulesReview")] = WithSpec(new ProtobufField(1, "namespace")),
        [(Authentication, "SelfSubjectReview")] = new(new ProtobufField(1, "metadata", Message, Message: _metadata)),
        [(Authentication, "TokenReview")] = WithSpec(new(1, "token"), new(2, "audiences", IsRepeated: true)),
        [("v1", "Namespace")] = new(
            new(1, "metadata", Message, Message: _metadata),
            new(2, "spec", Message, Message: new ProtobufMessage(new ProtobufField(1, "finalizers", IsRepeated: true))),
            new(3, "status", Message, Message: new ProtobufMessage(new ProtobufField(1, "phase")))),
        [("v1", "ServiceAccount")] = new(
            new(1, "metadata", Message, Message: _metadata),
            new(2, "secrets", Message, IsRepeated: true, new ProtobufMessage(
                new(1, "kind"), new(2, "namespace"), new(3, "name"), new(4, "uid"), new(5, "apiVersion"), new(6, "resourceVersion"), new(7, "fieldPath"))),
            new(3, "imagePullSecrets", Message, IsRepeated: true, new ProtobufMessage(new ProtobufField(1, "name"))),
            new(4, "automountServiceAccountToken", ProtobufKind.Boolean)),
    }.ToFrozenDictionary();

    private static readonly ProtobufMessage _deleteOptions = new(
        new(1, "gracePeriodSeconds", Integer), new(2, "preconditions", Message, Message: new ProtobufMessage(new(1, "uid"), new(2, "resourceVersion"))),
        new(3, "orphanDependents", ProtobufKind.Boolean), new(4, "propagationPolicy"), new(5, "dryRun", IsRepeated: true),
        new(6, "ignoreStoreReadErrorWithClusterBreakingPotential", ProtobufKind.Boolean));

    /// <summary>The message of a kind; null for one that nobody sends here. Options of a delete have the API version of what is deleted.</summary>
    public static ProtobufMessage? Find(string apiVersion, string kind) =>
        kind == "DeleteOptions" ? _deleteOptions : _messages.GetValueOrDefault((apiVersion, kind));

    private static ProtobufMessage WithSpec(params ReadOnlySpan<ProtobufField> spec) => new(
        new(1, "metadata", Message, Message: _metadata), new(2, "spec", Message, Message: new ProtobufMessage(spec)));
}
