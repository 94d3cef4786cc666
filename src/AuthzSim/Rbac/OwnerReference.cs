using AuthzSim.Text;

namespace AuthzSim.Rbac;

/// <summary>
/// An object that owns another and takes it along when deleted (upstream:
/// <c>k8s.io/apimachinery/pkg/apis/meta/v1.OwnerReference</c>).
/// </summary>
public sealed record OwnerReference
{
    /// <summary>The owner's API version, such as <c>apps/v1</c>.</summary>
    public string ApiVersion { get; init; } = "";

    /// <summary>The owner's kind.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The owner's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The owner's uid.</summary>
    public string Uid { get; init; } = "";

    /// <summary>True for the one owner that manages the object.</summary>
    public bool? Controller { get; init; }

    /// <summary>True when the owner cannot be deleted in the foreground before the object.</summary>
    public bool? BlockOwnerDeletion { get; init; }

    /// <summary>The reference as Go's generated code prints it: the form in which a validation text quotes it.</summary>
    public override string ToString() =>
        $"&OwnerReference{{Kind:{Kind},Name:{Name},UID:{Uid},APIVersion:{ApiVersion},"
        + $"Controller:{Pointer(Controller)},BlockOwnerDeletion:{Pointer(BlockOwnerDeletion)},}}";

    internal string ToGoJson() => new GoJsonObject()
        .Text("apiVersion", ApiVersion, omitEmpty: false)
        .Text("kind", Kind, omitEmpty: false)
        .Text("name", Name, omitEmpty: false)
        .Text("uid", Uid, omitEmpty: false)
        .Flag("controller", Controller)
        .Flag("blockOwnerDeletion", BlockOwnerDeletion)
        .ToString();

    private static string Pointer(bool? value) => value switch
    {
        null => "nil",
        true => "*true",
        false => "*false",
    };
}
