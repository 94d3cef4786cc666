using System.Collections.Immutable;
using System.Text;
using AuthzSim.Text;

namespace AuthzSim.Rbac;

/// <summary>
/// Validation of metadata (upstream: <c>k8s.io/apimachinery/pkg/api/validation/objectmeta.go</c>). Where upstream walks a map
/// in random order, keys come in ordinal order here.
/// </summary>
internal static class ObjectMetaValidation
{
    private const int TotalAnnotationSizeLimit = 256 * 1024;
    private const string OrphanFinalizer = "orphan";
    private const string ForegroundFinalizer = "foregroundDeletion";

    private static readonly ImmutableArray<string> _standardFinalizers = ["kubernetes", OrphanFinalizer, ForegroundFinalizer];

    /// <summary>
    /// Upstream's <c>ValidateObjectMetaAccessor</c>. A namespace on a cluster-scoped object is no finding: the server clears
    /// it before it looks.
    /// </summary>
    /// <param name="errors">Takes the findings.</param>
    /// <param name="meta">The metadata.</param>
    /// <param name="isNamespaced">True for an object in a namespace.</param>
    /// <param name="nameErrors">What is wrong with a name; null when every path segment will do.</param>
    public static void Validate(
        ref FieldErrorList errors, ObjectMeta meta, bool isNamespaced, Func<string, ImmutableArray<string>>? nameErrors = null)
    {
        if (meta.GenerateName.Length > 0)
        {
            errors.AddInvalid("metadata.generateName", meta.GenerateName, nameErrors is null
                ? NameErrors.OfPathSegmentPrefix(meta.GenerateName)
                : nameErrors(MaskTrailingDash(meta.GenerateName)));
        }

        if (meta.Name.Length == 0)
        {
            errors.Add(FieldErrors.Required("metadata.name", "name or generateName is required"));
        }
        else
        {
            errors.AddInvalid("metadata.name", meta.Name, nameErrors is null ? NameErrors.OfPathSegment(meta.Name) : nameErrors(meta.Name));
        }

        if (isNamespaced)
        {
            ValidateNamespace(ref errors, meta.Namespace);
        }

        ValidateShared(ref errors, meta);
        if (!meta.Finalizers.IsEmpty)
        {
            errors.AddRange(ValidateFinalizers(meta.Finalizers));
        }
    }

    /// <summary>What <c>pkg/apis/core/validation.ValidateObjectMeta</c> asks of finalizers beyond the generic rules.</summary>
    public static IEnumerable<FieldError> ValidateKubeFinalizers(ObjectMeta meta) => meta.Finalizers
        .Select((name, i) => (Name: name, Field: $"metadata.finalizers[{i}]"))
        .Where(f => !f.Name.Contains('/', StringComparison.Ordinal) && !_standardFinalizers.Contains(f.Name))
        .Select(f => FieldErrors.Invalid(
            f.Field, f.Name, "name is neither a standard finalizer name nor is it fully qualified"));

    /// <summary>
    /// Upstream's <c>ValidateObjectMetaAccessorUpdate</c>, for what an update can still get wrong once the server has filled
    /// in the fields it owns. A uid that either side lacks is taken to be the other's.
    /// </summary>
    public static void ValidateUpdate(ref FieldErrorList errors, ObjectMeta meta, ObjectMeta old, bool isNamespaced)
    {
        RequireSame(ref errors, "metadata.name", meta.Name, old.Name);
        if (isNamespaced)
        {
            RequireSame(ref errors, "metadata.namespace", meta.Namespace, old.Namespace);
        }

        if (meta.Uid.Length > 0 && old.Uid.Length > 0)
        {
            RequireSame(ref errors, "metadata.uid", meta.Uid, old.Uid);
        }

        ValidateShared(ref errors, meta);
    }

    /// <summary>Upstream's <c>ValidateLabels</c>.</summary>
    public static IEnumerable<FieldError> ValidateLabels(ImmutableSortedDictionary<string, string> labels, string field)
    {
        foreach (var (key, value) in labels)
        {
            foreach (var detail in NameErrors.OfQualifiedName(key))
            {
                yield return FieldErrors.Invalid(field, key, detail);
            }

            foreach (var detail in NameErrors.OfLabelValue(value))
            {
                yield return FieldErrors.Invalid(field, value, detail);
            }
        }
    }

    /// <summary>The walks allocate, so they begin only where there is something to walk.</summary>
    private static void ValidateShared(ref FieldErrorList errors, ObjectMeta meta)
    {
        if (!meta.Labels.IsEmpty)
        {
            errors.AddRange(ValidateLabels(meta.Labels, "metadata.labels"));
        }

        if (!meta.Annotations.IsEmpty)
        {
            errors.AddRange(ValidateAnnotations(meta.Annotations, "metadata.annotations"));
        }

        if (!meta.OwnerReferences.IsEmpty)
        {
            errors.AddRange(ValidateOwnerReferences(meta.OwnerReferences, "metadata.ownerReferences"));
        }
    }

    /// <summary>A prefix may end where no name may (upstream: <c>maskTrailingDash</c>).</summary>
    private static string MaskTrailingDash(string prefix) =>
        prefix.Length > 1 && prefix.EndsWith('-') ? $"{prefix.AsSpan(0, prefix.Length - 2)}a" : prefix;

    private static void RequireSame(ref FieldErrorList errors, string field, string value, string old)
    {
        if (value != old)
        {
            errors.Add(FieldErrors.Invalid(field, value, "field is immutable"));
        }
    }

    private static void ValidateNamespace(ref FieldErrorList errors, string value)
    {
        if (value.Length == 0)
        {
            errors.Add(FieldErrors.Required("metadata.namespace"));
        }
        else
        {
            errors.AddInvalid("metadata.namespace", value, NameErrors.OfLabel(value));
        }
    }

    private static IEnumerable<FieldError> ValidateAnnotations(ImmutableSortedDictionary<string, string> annotations, string field)
    {
        foreach (var key in annotations.Keys)
        {
            // Keys are qualified names but for their case.
            foreach (var error in FieldErrors.Invalid(field, key, NameErrors.OfQualifiedName(key.ToLowerInvariant())))
            {
                yield return error;
            }
        }

        var size = annotations.Sum(a => (long)Encoding.UTF8.GetByteCount(a.Key) + Encoding.UTF8.GetByteCount(a.Value));
        if (size > TotalAnnotationSizeLimit)
        {
            yield return FieldErrors.TooLong(field, TotalAnnotationSizeLimit);
        }
    }

    private static IEnumerable<FieldError> ValidateOwnerReferences(ImmutableArray<OwnerReference> owners, string field)
    {
        var firstController = "";
        foreach (var owner in owners)
        {
            foreach (var error in ValidateOwnerReference(owner, field))
            {
                yield return error;
            }

            if (owner.Controller != true)
            {
                continue;
            }

            var controller = $"{owner.Kind}/{owner.Name}";
            if (firstController.Length == 0)
            {
                firstController = controller;
                continue;
            }

            yield return FieldErrors.InvalidRaw(
                field,
                GoJson.Array(owners.Select(o => o.ToGoJson())),
                "Only one reference can have Controller set to true. Found \"true\" in references for "
                + $"{firstController} and {controller}");
        }
    }

    private static IEnumerable<FieldError> ValidateOwnerReference(OwnerReference owner, string field)
    {
        if (Version(owner.ApiVersion).Length == 0)
        {
            yield return FieldErrors.Invalid($"{field}.apiVersion", owner.ApiVersion, "version must not be empty");
        }

        if (owner.Kind.Length == 0)
        {
            yield return FieldErrors.Invalid($"{field}.kind", owner.Kind, "must not be empty");
        }

        if (owner.Name.Length == 0)
        {
            yield return FieldErrors.Invalid($"{field}.name", owner.Name, "must not be empty");
        }

        if (owner.Uid.Length == 0)
        {
            yield return FieldErrors.Invalid($"{field}.uid", owner.Uid, "must not be empty");
        }

        if (owner is { ApiVersion: "v1", Kind: "Event" })
        {
            yield return FieldErrors.InvalidRaw(field, owner.ToString(), "/v1, Kind=Event is disallowed from being an owner");
        }
    }

    /// <summary>The version of an apiVersion; empty too when there is more than one slash.</summary>
    private static string Version(string apiVersion) => apiVersion.Split('/') switch
    {
        [var version] => version,
        [_, var version] => version,
        _ => "",
    };

    private static IEnumerable<FieldError> ValidateFinalizers(ImmutableArray<string> finalizers)
    {
        const string Field = "metadata.finalizers";
        foreach (var finalizer in finalizers)
        {
            foreach (var error in FieldErrors.Invalid(Field, finalizer, NameErrors.OfQualifiedName(finalizer)))
            {
                yield return error;
            }
        }

        if (finalizers.Contains(OrphanFinalizer) && finalizers.Contains(ForegroundFinalizer))
        {
            yield return FieldErrors.InvalidRaw(
                Field, GoJson.Strings(finalizers), $"finalizer {OrphanFinalizer} and {ForegroundFinalizer} cannot be both set");
        }
    }
}
