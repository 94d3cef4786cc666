using System.Collections.Immutable;

namespace AuthzSim.Server.State;

/// <summary>
/// What the controllers of a cluster see to in namespaces (upstream: <c>pkg/controller/namespace</c>,
/// <c>pkg/controller/serviceaccount</c>, <c>pkg/controlplane/controller/systemnamespaces</c>).
/// </summary>
internal static class NamespaceContents
{
    /// <summary>The service account that every namespace has.</summary>
    public const string DefaultAccount = "default";

    private const string NameLabel = "kubernetes.io/metadata.name";

    private static readonly ImmutableArray<ServedResource> _contents = [ServedResource.Roles, ServedResource.RoleBindings, ServedResource.ServiceAccounts];

    /// <summary>The namespaces that are there from the start.</summary>
    public static ImmutableArray<string> System { get; } = ["default", "kube-node-lease", "kube-public", "kube-system"];

    /// <summary>The namespaces that cannot be deleted (upstream: <c>plugin/pkg/admission/namespace/lifecycle</c>).</summary>
    public static bool IsImmortal(string name) => name is "default" or "kube-public" or "kube-system";

    /// <summary>A new namespace.</summary>
    public static StoredObject New(string name, long createdAt) => WithStatus(new StoredObject
    {
        Resource = ServedResource.Namespaces,
        Namespace = "",
        Name = name,
        Uid = Guid.NewGuid(),
        CreatedAt = createdAt,
    });

    /// <summary>A new service account.</summary>
    public static StoredObject NewAccount(string @namespace, string name, long createdAt) => new()
    {
        Resource = ServedResource.ServiceAccounts,
        Namespace = @namespace,
        Name = name,
        Uid = Guid.NewGuid(),
        CreatedAt = createdAt,
    };

    /// <summary>A namespace with the label, the finalizer and the phase that the server gives to it.</summary>
    public static StoredObject WithStatus(StoredObject item) => item with
    {
        Meta = item.Meta with { Labels = item.Meta.Labels.SetItem(NameLabel, item.Name) },
        Rest = item.DeletedAt is null
            ? """{"spec":{"finalizers":["kubernetes"]},"status":{"phase":"Active"}}"""u8.ToArray()
            : """{"spec":{"finalizers":["kubernetes"]},"status":{"phase":"Terminating"}}"""u8.ToArray(),
    };

    /// <summary>Sees to it that a namespace is there, with what every namespace has.</summary>
    public static void Ensure(Transaction transaction, string name)
    {
        if (transaction.Find(ServedResource.Namespaces, "", name) is null)
        {
            transaction.Put(New(name, transaction.At.ToUnixTimeSeconds()));
            EnsureAccount(transaction, name);
        }
    }

    /// <summary>Sees to it that a namespace that is not being deleted has its service account.</summary>
    public static void EnsureAccount(Transaction transaction, string @namespace)
    {
        if (transaction.FindNamespace(@namespace) is { IsTerminating: false } && transaction.Find(ServedResource.ServiceAccounts, @namespace, DefaultAccount) is null)
        {
            transaction.Put(NewAccount(@namespace, DefaultAccount, transaction.At.ToUnixTimeSeconds()));
        }
    }

    /// <summary>
    /// Deletes a namespace and what is in it. Objects with finalizers stay until these are gone, and the namespace with them. Gives
    /// back the namespace as it is while it is being deleted.
    /// </summary>
    public static StoredObject Delete(Transaction transaction, StoredObject @namespace)
    {
        var terminating = @namespace.DeletedAt is not null
            ? @namespace
            : transaction.Put(WithStatus(@namespace with { DeletedAt = transaction.At.ToUnixTimeSeconds() }));
        foreach (var resource in _contents)
        {
            foreach (var item in transaction.In(resource, @namespace.Name).ToList())
            {
                Remove(transaction, item);
            }
        }

        EndIfEmpty(transaction, @namespace.Name);
        return terminating;
    }

    /// <summary>Deletes an object, or notes that it is to be deleted when it has finalizers. Gives back the object that stays; null for none.</summary>
    public static StoredObject? Remove(Transaction transaction, StoredObject item)
    {
        if (!item.Meta.Finalizers.IsEmpty)
        {
            return item.DeletedAt is not null ? item : transaction.Put(item with { DeletedAt = transaction.At.ToUnixTimeSeconds() });
        }

        transaction.Delete(item);
        if (item.Resource == ServedResource.ServiceAccounts && item.Name == DefaultAccount)
        {
            EnsureAccount(transaction, item.Namespace);
        }

        return null;
    }

    /// <summary>Ends a namespace that is being deleted when nothing is in it any more.</summary>
    public static void EndIfEmpty(Transaction transaction, string name)
    {
        if (transaction.Find(ServedResource.Namespaces, "", name) is { DeletedAt: not null, Meta.Finalizers.IsEmpty: true } @namespace
            && _contents.All(r => !transaction.In(r, name).Any()))
        {
            transaction.Delete(@namespace);
        }
    }
}
