using System.IO.Hashing;
using AuthzSim.Rbac;

namespace AuthzSim.Server.State;

/// <summary>
/// The objects of the policy files. What they say anew is put, what they say no longer is deleted, and what is the same in them
/// is left as somebody may have changed it since.
/// </summary>
internal static class FileObjects
{
    /// <summary>All of them; of several of one name the last.</summary>
    public static Dictionary<FileKey, RbacObject?> Of(PolicySet files)
    {
        Dictionary<FileKey, RbacObject?> objects = new(files.Count);
        foreach (var item in files.Objects)
        {
            objects[new FileKey(ServedResource.OfKind(item.Kind).Index, item.IsNamespaced ? item.Metadata.Namespace : "", item.Metadata.Name)] = item;
        }

        foreach (var @namespace in files.Namespaces)
        {
            objects[new FileKey(ServedResource.Namespaces.Index, "", @namespace.Name)] = null;
        }

        foreach (var account in files.ServiceAccounts)
        {
            objects[new FileKey(ServedResource.ServiceAccounts.Index, account.Namespace, account.Name)] = null;
        }

        return objects;
    }

    /// <summary>What tells an object from another of its name.</summary>
    public static byte[] DigestOf(RbacObject? item) => item is null
        ? []
        : XxHash128.Hash(ObjectJson.TextOf(StoredObject.Of(Compared(item), 0) with { Uid = Guid.Empty }));

    /// <summary>True when two objects of the files say the same.</summary>
    public static bool IsSame(RbacObject? a, RbacObject? b) => a is null ? b is null : b is not null && Compared(a) == Compared(b);

    /// <summary>Makes the differences between the files before and after.</summary>
    /// <param name="transaction">Takes them.</param>
    /// <param name="put">What is new or changed.</param>
    /// <param name="deleted">What is there no longer.</param>
    /// <param name="named">The namespaces that are declared or lived in.</param>
    public static void Apply(
        Transaction transaction, IEnumerable<(FileKey Key, RbacObject? Object)> put, IEnumerable<FileKey> deleted, IReadOnlySet<string> named)
    {
        foreach (var key in deleted)
        {
            var resource = ServedResource.All[key.Resource];
            if (transaction.Find(resource, key.Namespace, key.Name) is not { } stored)
            {
                continue;
            }

            if (resource != ServedResource.Namespaces)
            {
                NamespaceContents.Remove(transaction, stored);
            }
            else if (!NamespaceContents.System.Contains(key.Name) && !named.Contains(key.Name))
            {
                NamespaceContents.Delete(transaction, stored);
            }
        }

        foreach (var (key, item) in put)
        {
            if (key.Resource == ServedResource.Namespaces.Index || key.Namespace.Length > 0)
            {
                NamespaceContents.Ensure(transaction, key.Resource == ServedResource.Namespaces.Index ? key.Name : key.Namespace);
            }

            Put(transaction, key, item);
        }
    }

    private static void Put(Transaction transaction, FileKey key, RbacObject? item)
    {
        var now = transaction.At.ToUnixTimeSeconds();
        var stored = transaction.Find(ServedResource.All[key.Resource], key.Namespace, key.Name);
        if (item is not null)
        {
            // The rules of an aggregated role are made by the others; until then those it has stay.
            var made = StoredObject.Of(
                item is ClusterRole { AggregationRule: not null } role && stored?.Rbac is ClusterRole before ? role with { Rules = before.Rules } : item, now);
            transaction.Put(stored is null ? made : made with { Uid = stored.Uid, CreatedAt = stored.CreatedAt });
        }
        else if (stored is null)
        {
            transaction.Put(NamespaceContents.NewAccount(key.Namespace, key.Name, now));
        }
    }

    /// <summary>The rules of an aggregated role are no one's words.</summary>
    private static RbacObject Compared(RbacObject item) => item is ClusterRole { AggregationRule: not null } role ? role with { Rules = [] } : item;
}
