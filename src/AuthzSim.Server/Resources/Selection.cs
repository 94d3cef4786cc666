using System.Collections.Immutable;
using AuthzSim.Requests;
using AuthzSim.Server.Requests;
using AuthzSim.Server.State;
using AuthzSim.Text;
using AuthzSim.Writes;

namespace AuthzSim.Server.Resources;

/// <summary>Which objects of a resource a list or a watch is about.</summary>
internal sealed record Selection(
    ServedResource Resource, string Namespace, ImmutableArray<LabelRequirement> Labels, ImmutableArray<FieldRequirement> Fields)
{
    private const string NameField = "metadata.name";
    private const string NamespaceField = "metadata.namespace";
    private const string PhaseField = "status.phase";

    /// <summary>True when every object of the resource and namespace is selected.</summary>
    public bool IsAll => Labels.IsEmpty && Fields.IsEmpty;

    /// <summary>Reads it from a request; the failure is null when there is none.</summary>
    public static (Selection? Selection, ApiStatus? Failure) Read(ApiRequest request, ServedResource resource)
    {
        if (!LabelSelectorSyntax.TryParse(request.Query.First("labelSelector") ?? "", out var labels, out var error)
            || !FieldSelectorSyntax.TryParse(request.Query.First("fieldSelector") ?? "", out var fields, out error))
        {
            return (null, ApiStatuses.BadRequest(error!));
        }

        var unknown = fields.FirstOrDefault(f => f.Field is not (NameField or NamespaceField) && !(resource == ServedResource.Namespaces && f.Field == PhaseField));
        return unknown is not null
            ? (null, ApiStatuses.BadRequest(resource == ServedResource.Namespaces
                ? $"field label not supported: {unknown.Field}"
                : $"{GoText.Quote(unknown.Field)} is not a known field selector: only \"{NameField}\", \"{NamespaceField}\""))
            : (new Selection(resource, resource.IsNamespaced ? request.Info.Namespace : "", labels, WithNameOfPath(request, fields)), null);
    }

    /// <summary>True for an object that is selected.</summary>
    public bool Matches(StoredObject item) =>
        item.Resource == Resource && (Namespace.Length == 0 || item.Namespace == Namespace)
        && Labels.All(l => l.Matches(item.Meta.Labels)) && Fields.All(f => f.Operator == SelectionOperator.NotEquals != (ValueOf(item, f.Field) == f.Value));

    /// <summary>The selected objects, in storage order, from a place on.</summary>
    public IEnumerable<StoredObject> Of(VersionedObjects state, StoredObject? after = null)
    {
        if (after is null && FieldSelectorSyntax.RequiredExactMatch(Fields, NameField) is { } name && (Namespace.Length > 0 || !Resource.IsNamespaced))
        {
            return state.Find(Resource, Namespace, name) is { } found && Matches(found) ? [found] : [];
        }

        var all = state.List(Resource, Namespace, after);
        return IsAll ? all : all.Where(Matches);
    }

    /// <summary>The old path of a watch, <c>/watch/roles/x</c>, may name one object.</summary>
    private static ImmutableArray<FieldRequirement> WithNameOfPath(ApiRequest request, ImmutableArray<FieldRequirement> fields) =>
        request.Info.Parts is [_, var name] ? fields.Add(new FieldRequirement(NameField, SelectionOperator.Equals, name)) : fields;

    private static string ValueOf(StoredObject item, string field) => field switch
    {
        NameField => item.Name,
        NamespaceField => item.Namespace,
        _ => item.DeletedAt is null ? "Active" : "Terminating",
    };
}
