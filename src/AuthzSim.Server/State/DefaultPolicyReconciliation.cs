using System.Collections.Immutable;
using AuthzSim.Formats;
using AuthzSim.Rbac;

namespace AuthzSim.Server.State;

/// <summary>
/// Brings back what is missing of the default policy, as a server does at every start: nothing is taken away, and objects that
/// say <c>autoupdate: false</c> stay as they are (upstream: <c>pkg/registry/rbac/rest/storage_rbac.go</c>,
/// <c>component-helpers/auth/rbac/reconciliation</c>).
/// </summary>
internal static class DefaultPolicyReconciliation
{
    private const string AutoUpdate = "rbac.authorization.kubernetes.io/autoupdate";
    private const string Discovery = "system:discovery";
    private const string PublicInfo = "system:public-info-viewer";

    private static readonly string[] _aggregated = ["admin", "edit", "view"];

    public static void Run(Transaction transaction)
    {
        KeepOlderPolicy(transaction);
        var defaults = DefaultPolicy.Kubernetes136;
        IEnumerable<RbacObject> ordered = [.. defaults.ClusterRoles, .. defaults.ClusterRoleBindings, .. defaults.Roles, .. defaults.RoleBindings];
        foreach (var item in ordered)
        {
            var expected = RbacDefaults.SetDefaults(item);
            if (expected.IsNamespaced)
            {
                NamespaceContents.Ensure(transaction, expected.Metadata.Namespace);
            }

            Reconcile(transaction, expected);
        }
    }

    /// <summary>What roles and bindings made before Kubernetes 1.9 and 1.14 were, becomes what took their place.</summary>
    private static void KeepOlderPolicy(Transaction transaction)
    {
        foreach (var name in _aggregated)
        {
            var source = $"system:aggregate-to-{name}";
            if (Find(transaction, RbacNames.ClusterRoleKind, name)?.Rbac is ClusterRole { AggregationRule: null } old && Find(transaction, RbacNames.ClusterRoleKind, source) is null)
            {
                Put(transaction, new ClusterRole { Metadata = old.Metadata with { Name = source }, Rules = old.Rules });
            }
        }

        if (Find(transaction, RbacNames.ClusterRoleBindingKind, Discovery)?.Rbac is ClusterRoleBinding binding && Find(transaction, RbacNames.ClusterRoleBindingKind, PublicInfo) is null)
        {
            Put(transaction, new ClusterRoleBinding
            {
                Metadata = binding.Metadata with { Name = PublicInfo },
                Subjects = binding.Subjects,
                RoleRef = RoleRef.ClusterRole(PublicInfo),
            });
        }
    }

    private static void Reconcile(Transaction transaction, RbacObject expected)
    {
        var stored = Find(transaction, expected.Kind, expected.Metadata.Name, expected.IsNamespaced ? expected.Metadata.Namespace : "");
        if (stored is null)
        {
            Put(transaction, expected);
            return;
        }

        var existing = stored.Rbac!;
        if (existing.Metadata.Annotations.GetValueOrDefault(AutoUpdate) == "false")
        {
            return;
        }

        if (existing is RbacBinding old && old.RoleRef != ((RbacBinding)expected).RoleRef)
        {
            transaction.Delete(stored);
            Put(transaction, expected);
            return;
        }

        var reconciled = Reconciled(existing, expected);
        if (reconciled != existing)
        {
            transaction.Put(stored with { Rbac = reconciled });
        }
    }

    private static RbacObject Reconciled(RbacObject existing, RbacObject expected)
    {
        var meta = existing.Metadata with
        {
            Labels = Union(existing.Metadata.Labels, expected.Metadata.Labels),
            Annotations = Union(existing.Metadata.Annotations, expected.Metadata.Annotations),
        };
        return existing switch
        {
            ClusterRole role => role with
            {
                Metadata = meta,
                Rules = WithMissing(role.Rules, ((ClusterRole)expected).Rules),
                AggregationRule = WithMissing(role.AggregationRule, ((ClusterRole)expected).AggregationRule),
            },
            Role role => role with { Metadata = meta, Rules = WithMissing(role.Rules, ((Role)expected).Rules) },
            ClusterRoleBinding binding => binding with { Metadata = meta, Subjects = WithMissing(binding.Subjects, ((ClusterRoleBinding)expected).Subjects) },
            RoleBinding binding => binding with { Metadata = meta, Subjects = WithMissing(binding.Subjects, ((RoleBinding)expected).Subjects) },
            _ => existing,
        };
    }

    private static ImmutableSortedDictionary<string, string> Union(
        ImmutableSortedDictionary<string, string> existing, ImmutableSortedDictionary<string, string> expected) =>
        expected.All(e => existing.ContainsKey(e.Key)) ? existing : expected.SetItems(existing);

    private static ImmutableArray<PolicyRule> WithMissing(ImmutableArray<PolicyRule> existing, ImmutableArray<PolicyRule> expected) =>
        existing.AddRange(PolicyComparator.Uncovered(existing, expected));

    private static ImmutableArray<Subject> WithMissing(ImmutableArray<Subject> existing, ImmutableArray<Subject> expected) =>
        existing.AddRange(expected.Where(s => !existing.Contains(s)).Distinct());

    private static AggregationRule? WithMissing(AggregationRule? existing, AggregationRule? expected) =>
        expected is null || existing is null
            ? expected
            : existing with { ClusterRoleSelectors = existing.ClusterRoleSelectors.AddRange(expected.ClusterRoleSelectors.Where(s => !existing.ClusterRoleSelectors.Contains(s))) };

    private static StoredObject? Find(Transaction transaction, string kind, string name, string @namespace = "") =>
        transaction.Find(ServedResource.OfKind(kind), @namespace, name);

    private static void Put(Transaction transaction, RbacObject item) => transaction.Put(StoredObject.Of(item, transaction.At.ToUnixTimeSeconds()));
}
