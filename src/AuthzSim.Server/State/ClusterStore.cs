using System.Collections.Immutable;
using AuthzSim.Compiled;
using AuthzSim.Rbac;

namespace AuthzSim.Server.State;

/// <summary>
/// The objects of the server and the policy they make. Writers go one after the other; readers take a <see cref="StoreState"/> and
/// are never in anybody's way. Safe to share between threads.
/// </summary>
internal sealed class ClusterStore : IDisposable
{
    /// <summary>How many changes are remembered for watches and lists in pages.</summary>
    public const int History = 8192;

    private readonly Lock _writer = new();
    private readonly TimeProvider _time;
    private readonly IStateStorage? _storage;
    private PolicySet _files;
    private volatile ObjectsOfState? _objects;

    /// <summary>A store with the objects of policy files, or with those it had before.</summary>
    /// <param name="files">What the policy files say.</param>
    /// <param name="time">The clock.</param>
    /// <param name="storage">Where objects outlast the server; null for memory only. The store disposes of it.</param>
    /// <param name="reconciles">True to bring back what is missing of the default policy, as every start of a server does.</param>
    /// <param name="history">How many changes are remembered.</param>
    /// <exception cref="StorageException">The storage cannot be read or written.</exception>
    public ClusterStore(PolicySet files, TimeProvider time, IStateStorage? storage = null, bool reconciles = true, int history = History)
    {
        (_files, _time, _storage) = (files, time, storage);
        var saved = storage?.Load();
        var state = saved is null ? Seed(files, time.GetUtcNow().ToUnixTimeSeconds()) : StateOf(saved);
        Log = new EventLog(state, history);
        if (saved is null)
        {
            storage?.Save(
                state.Version, state.Objects.SelectMany(o => o).Select(o => new ObjectEvent(o, null, false)),
                FileObjects.Of(files).Select(f => (f.Key, (byte[]?)FileObjects.DigestOf(f.Value))));
        }
        else
        {
            ReplaceSince(saved.Files, files);
        }

        if (reconciles)
        {
            Write(DefaultPolicyReconciliation.Run);
        }
    }

    /// <summary>The last changes.</summary>
    public EventLog Log { get; }

    /// <summary>Everything as it stands now.</summary>
    public StoreState State => Log.Current;

    /// <summary>The policy that stands now; it never changes, a later one takes its place.</summary>
    public CompiledPolicy Policy => State.Policy;

    /// <summary>The objects that <see cref="Policy"/> is made of; the set of one state is made once.</summary>
    public PolicySet Objects
    {
        get
        {
            var (state, known) = (State, _objects);
            return ReferenceEquals(known?.State, state) ? known.Set : (_objects = new ObjectsOfState(state, state.ToPolicySet())).Set;
        }
    }

    /// <summary>Makes changes, all of them or none; when this returns they last and the next request is decided by them.</summary>
    /// <param name="work">Makes the changes. Nobody else writes meanwhile.</param>
    /// <param name="isDryRun">Makes them without effect.</param>
    /// <exception cref="StorageException">They could not be saved, and everything is as before.</exception>
    public T Write<T>(Func<Transaction, T> work, bool isDryRun = false)
    {
        lock (_writer)
        {
            var transaction = new Transaction(State, _time.GetUtcNow());
            var result = work(transaction);
            if (!isDryRun)
            {
                Commit(transaction, []);
            }

            return result;
        }
    }

    /// <summary>As <see cref="Write{T}"/>, without a result.</summary>
    public void Write(Action<Transaction> work) => Write(transaction =>
    {
        work(transaction);
        return true;
    });

    /// <summary>
    /// Takes changed policy files: what is new or changed in them is put, what is there no longer is deleted, in one step. What was
    /// written otherwise stays.
    /// </summary>
    /// <param name="files">What they say now.</param>
    /// <exception cref="StorageException">The changes could not be saved, and everything is as before.</exception>
    public void Replace(PolicySet files)
    {
        ArgumentNullException.ThrowIfNull(files);
        lock (_writer)
        {
            var (before, after) = (FileObjects.Of(_files), FileObjects.Of(files));
            Replace(after, files, key => before.TryGetValue(key, out var old) && FileObjects.IsSame(old, after[key]), before.Keys);
            _files = files;
        }
    }

    public void Dispose()
    {
        lock (_writer)
        {
            _storage?.Dispose();
        }
    }

    private void ReplaceSince(Dictionary<FileKey, byte[]> before, PolicySet files)
    {
        lock (_writer)
        {
            var after = FileObjects.Of(files);
            Replace(
                after, files, key => before.TryGetValue(key, out var digest) && digest.AsSpan().SequenceEqual(FileObjects.DigestOf(after[key])), before.Keys);
        }
    }

    private void Replace(Dictionary<FileKey, RbacObject?> after, PolicySet files, Func<FileKey, bool> isSame, IEnumerable<FileKey> before)
    {
        List<(FileKey Key, RbacObject? Object)> put = [.. after.Where(f => !isSame(f.Key)).Select(f => (f.Key, f.Value))];
        List<FileKey> deleted = [.. before.Where(k => !after.ContainsKey(k))];
        var transaction = new Transaction(State, _time.GetUtcNow());
        FileObjects.Apply(transaction, put, deleted, files.NamespaceNames().ToHashSet(StringComparer.Ordinal));
        Commit(transaction, [.. put.Select(p => (p.Key, (byte[]?)FileObjects.DigestOf(p.Object))), .. deleted.Select(k => (k, (byte[]?)null))]);
    }

    private void Commit(Transaction transaction, List<(FileKey Key, byte[]? Digest)> files)
    {
        if (transaction.Events.Count == 0 && files.Count == 0)
        {
            return;
        }

        var after = transaction.Complete();
        _storage?.Save(after.Version, transaction.Events, files);
        Log.Append(transaction.Events, after);
    }

    private static StoreState StateOf(SavedState saved)
    {
        var byResource = saved.Objects.ToLookup(o => o.Resource);
        return StoreState.Of(saved.Version, [.. ServedResource.All.Select(r => ImmutableSortedSet.CreateRange(ObjectOrder.Instance, byResource[r]))]);
    }

    private static StoreState Seed(PolicySet files, long now)
    {
        var policy = ClusterRoleAggregation.Apply(files);
        long version = 0;
        var lists = ServedResource.All.Select(_ => new List<StoredObject>()).ToArray();
        foreach (var (key, item) in FileObjects.Of(policy with { Namespaces = [], ServiceAccounts = [] }))
        {
            lists[key.Resource].Add(StoredObject.Of(item!, now) with { Version = ++version });
        }

        var accounts = files.ServiceAccounts.Select(a => (a.Namespace, a.Name)).ToHashSet();
        var terminating = files.Namespaces.Where(n => n.IsTerminating).Select(n => n.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in files.NamespaceNames().Concat(NamespaceContents.System).Concat(accounts.Select(a => a.Namespace)).Distinct().ToList())
        {
            var made = NamespaceContents.New(name, now) with { Version = ++version };
            lists[ServedResource.Namespaces.Index].Add(terminating.Contains(name) ? NamespaceContents.WithStatus(made with { DeletedAt = now }) : made);
            accounts.Add((name, NamespaceContents.DefaultAccount));
        }

        lists[ServedResource.ServiceAccounts.Index].AddRange(
            accounts.Select(a => NamespaceContents.NewAccount(a.Namespace, a.Name, now) with { Version = ++version }));
        return StoreState.Of(
            version, [.. lists.Select(l => ImmutableSortedSet.CreateRange(ObjectOrder.Instance, l))], lists.Take(4).Sum(l => l.Count) == policy.Count ? policy : null);
    }

    private sealed record ObjectsOfState(StoreState State, PolicySet Set);
}
