using System.Collections.Immutable;
using AuthzSim.Formats.Manifests;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Loading;

/// <summary>
/// Collects objects in the order read: defaults, scopes and validates the RBAC ones, and lets the later of two objects of the
/// same kind, namespace and name win.
/// </summary>
internal sealed class PolicyBuilder(DiagnosticBag diagnostics, Func<RbacObject, ImmutableArray<FieldError>> validate) : IManifestSink
{
    private const string DefaultNamespace = "default";

    private readonly Shelf<ClusterRole> _clusterRoles = new(ShelfPlace.Of);
    private readonly Shelf<Role> _roles = new(ShelfPlace.Of);
    private readonly Shelf<ClusterRoleBinding> _clusterRoleBindings = new(ShelfPlace.Of);
    private readonly Shelf<RoleBinding> _roleBindings = new(ShelfPlace.Of);
    private readonly Shelf<Namespace> _namespaces = new(static o => new("", o.Name, o.Location));
    private readonly Shelf<ServiceAccount> _serviceAccounts = new(static o => new(o.Namespace, o.Name, o.Location));
    private readonly Shelf<CustomResourceDefinition> _definitions = new(static o => new("", ResourceOf(o), o.Location));
    private readonly SortedDictionary<string, int> _passedOver = new(StringComparer.Ordinal);

    /// <summary>Roles and bindings taken so far, those left out for an error included.</summary>
    public int RbacSeen { get; private set; }

    public int LeftOut { get; private set; }

    /// <summary>Documents that only a visitor has a use for.</summary>
    public int VisitedCount { get; private set; }

    public ImmutableSortedDictionary<string, int> PassedOver => _passedOver.ToImmutableSortedDictionary(StringComparer.Ordinal);

    public PolicySet Build() => new()
    {
        ClusterRoles = _clusterRoles.ToImmutable(),
        Roles = _roles.ToImmutable(),
        ClusterRoleBindings = _clusterRoleBindings.ToImmutable(),
        RoleBindings = _roleBindings.ToImmutable(),
        Namespaces = _namespaces.ToImmutable(),
        ServiceAccounts = _serviceAccounts.ToImmutable(),
        CustomResourceDefinitions = _definitions.ToImmutable(),
    };

    public void Add(RbacObject @object, in DecodedItem item)
    {
        RbacSeen++;
        var scoped = Scope(RbacDefaults.SetDefaults(@object));
        var errors = validate(scoped);
        if (errors.Length > 0)
        {
            Report(scoped, errors, in item);
            LeftOut++;
            return;
        }

        Put(scoped);
    }

    public void Add(PolicySet policy)
    {
        RbacSeen += policy.Count;
        foreach (var @object in policy.Objects)
        {
            Put(@object);
        }

        foreach (var @namespace in policy.Namespaces)
        {
            Add(@namespace);
        }

        foreach (var account in policy.ServiceAccounts)
        {
            Add(account);
        }

        foreach (var definition in policy.CustomResourceDefinitions)
        {
            Add(definition);
        }
    }

    private void Put(RbacObject @object)
    {
        switch (@object)
        {
            case ClusterRole role: Put(_clusterRoles, role, role.Metadata, role.Location); break;
            case Role role: Put(_roles, role, role.Metadata, role.Location); break;
            case ClusterRoleBinding binding: Put(_clusterRoleBindings, binding, binding.Metadata, binding.Location); break;
            case RoleBinding binding: Put(_roleBindings, binding, binding.Metadata, binding.Location); break;
        }
    }

    public void Add(Namespace @namespace) => Put(_namespaces, @namespace, nameof(Namespace), "", @namespace.Name, @namespace.Location);

    public void Add(ServiceAccount account)
    {
        if (account.Namespace.Length == 0)
        {
            WarnOfNamespace(account.Location, nameof(ServiceAccount), account.Name);
            account = account with { Namespace = DefaultNamespace };
        }

        Put(_serviceAccounts, account, nameof(ServiceAccount), account.Namespace, account.Name, account.Location);
    }

    public void Add(CustomResourceDefinition definition) => Put(
        _definitions, definition, nameof(CustomResourceDefinition), "", ResourceOf(definition), definition.Location);

    private static string ResourceOf(CustomResourceDefinition definition) => $"{definition.Plural}.{definition.Group}";

    public void PassOver(string kind) => _passedOver[kind] = _passedOver.GetValueOrDefault(kind) + 1;

    public void Visited() => VisitedCount++;

    public void LeaveOut()
    {
        RbacSeen++;
        LeftOut++;
    }

    /// <summary>The namespace the object lands in when it is applied: kubectl's current one, none for cluster-scoped kinds.</summary>
    private RbacObject Scope(RbacObject @object)
    {
        var metadata = @object.Metadata;
        if (@object.IsNamespaced && metadata.Namespace.Length == 0)
        {
            WarnOfNamespace(@object.Location, @object.Kind, metadata.Name);
            return @object with { Metadata = metadata with { Namespace = DefaultNamespace } };
        }

        if (!@object.IsNamespaced && metadata.Namespace.Length > 0)
        {
            diagnostics.Warn(
                @object.Location,
                DiagnosticCodes.NeedlessNamespace,
                $"{@object.Kind} `{metadata.Name}`: a {@object.Kind} is in no namespace: `{metadata.Namespace}` is dropped");
            return @object with { Metadata = metadata with { Namespace = "" } };
        }

        return @object;
    }

    private void WarnOfNamespace(SourceLocation location, string kind, string name) => diagnostics.Warn(
        location,
        DiagnosticCodes.NoNamespace,
        $"{kind} `{name}`: no `metadata.namespace`: taken as `{DefaultNamespace}`, where kubectl would put it");

    private void Report(RbacObject @object, ImmutableArray<FieldError> errors, in DecodedItem item)
    {
        var places = new FieldPlaces(in item);
        var name = @object.Metadata.Name.Length > 0 ? $"{@object.Kind} `{@object.Metadata.Name}`" : @object.Kind;
        foreach (var error in errors)
        {
            diagnostics.Error(places.Find(error.Field, @object.Location), DiagnosticCodes.Invalid, $"{name}: {error}");
        }
    }

    private void Put<T>(Shelf<T> shelf, T item, ObjectMeta metadata, SourceLocation location)
        where T : RbacObject => Put(shelf, item, item.Kind, metadata.Namespace, metadata.Name, location);

    private void Put<T>(Shelf<T> shelf, T item, string kind, string ns, string name, SourceLocation location)
        where T : class
    {
        if (shelf.Put(item, ns, name) is not { } earlier)
        {
            return;
        }

        var shown = ns.Length > 0 ? $"{ns}/{name}" : name;
        diagnostics.Warn(
            location, DiagnosticCodes.DuplicateObject, $"{kind} `{shown}` is given twice: this one replaces the one at {earlier}");
    }
}
