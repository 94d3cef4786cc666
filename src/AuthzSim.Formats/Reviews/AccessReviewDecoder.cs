using System.Collections.Immutable;
using AuthzSim.AccessReviews;
using AuthzSim.Formats.Json;
using AuthzSim.Formats.Manifests;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Formats.Reviews;

/// <summary>Decodes reviews and specs. Every method but the first is called with the reader before the value.</summary>
internal sealed class AccessReviewDecoder(ValueDecoder values)
{
    private const int LastOfObject = 4;

    private readonly RbacDecoder _objects = new(values);
    private readonly SelectorDecoder _selectors = new(values);

    /// <summary>Decodes the object whose first brace is the current token.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="strays">The fields of a spec that stand beside the spec of a whole object, where they count for nothing.</param>
    public DecodedReview Decode(ref FieldReader reader, out IEnumerable<string> strays)
    {
        values.Path.Reset();
        values.Path.Enter();
        var (apiVersion, kind, isObject) = ("", "", false);
        var metadata = ObjectMeta.Empty;
        var spec = new SpecParts();
        AccessReviewSpec? inner = null;
        uint seen = 0;
        while (values.NextField(ref reader, FieldTables.ReviewOrSpec, ref seen) is >= 0 and var field)
        {
            isObject |= field <= LastOfObject;
            switch (field)
            {
                case 0: apiVersion = values.Text(ref reader); break;
                case 1: kind = values.Text(ref reader); break;
                case 2: metadata = _objects.Metadata(ref reader); break;
                case 3: inner = Spec(ref reader); break;
                case LastOfObject: reader.Skip(); break;
                default: Part(ref reader, field - LastOfObject - 1, ref spec); break;
            }
        }

        strays = isObject && seen >> (LastOfObject + 1) > 0
            ? FieldTables.ReviewOrSpec.Names.Where((_, i) => i > LastOfObject && (seen & (1u << i)) != 0)
            : [];
        return new DecodedReview
        {
            Review = KindOf(apiVersion, kind) is { } known
                ? new AccessReview { Kind = known, Metadata = metadata, Spec = isObject ? inner ?? new() : spec.ToSpec() }
                : null,
            IsObject = isObject,
            ApiVersion = apiVersion,
            Kind = kind,
        };
    }

    private static AccessReviewKind? KindOf(string apiVersion, string kind) => (apiVersion, kind) switch
    {
        (not ("" or AccessReview.ApiVersion), _) => null,
        (_, "" or nameof(AccessReviewKind.SubjectAccessReview)) => AccessReviewKind.SubjectAccessReview,
        (_, nameof(AccessReviewKind.LocalSubjectAccessReview)) => AccessReviewKind.LocalSubjectAccessReview,
        (_, nameof(AccessReviewKind.SelfSubjectAccessReview)) => AccessReviewKind.SelfSubjectAccessReview,
        _ => null,
    };

    private AccessReviewSpec? Spec(ref FieldReader reader)
    {
        if (!values.EnterObject(ref reader))
        {
            return null;
        }

        var parts = new SpecParts();
        uint seen = 0;
        while (values.NextField(ref reader, FieldTables.ReviewSpec, ref seen) is >= 0 and var field)
        {
            Part(ref reader, field, ref parts);
        }

        values.Path.Leave();
        return parts.ToSpec();
    }

    private void Part(ref FieldReader reader, int field, ref SpecParts parts)
    {
        switch (field)
        {
            case 0: parts.Resource = Resource(ref reader); break;
            case 1: parts.Url = Url(ref reader); break;
            case 2: parts.User = values.Text(ref reader); break;
            case 3: parts.Groups = values.TextList(ref reader); break;
            case 4: parts.Extra = Extra(ref reader); break;
            default: parts.Uid = values.Text(ref reader); break;
        }
    }

    private ResourceAttributes? Resource(ref FieldReader reader)
    {
        if (!values.EnterObject(ref reader))
        {
            return null;
        }

        var (ns, verb, group, version, resource, subresource, name) = ("", "", "", "", "", "", "");
        SelectorAttributes? fields = null, labels = null;
        uint seen = 0;
        while (values.NextField(ref reader, FieldTables.ResourceAttributes, ref seen) is >= 0 and var field)
        {
            switch (field)
            {
                case 0: ns = values.Text(ref reader); break;
                case 1: verb = values.Text(ref reader); break;
                case 2: group = values.Text(ref reader); break;
                case 3: version = values.Text(ref reader); break;
                case 4: resource = values.Text(ref reader); break;
                case 5: subresource = values.Text(ref reader); break;
                case 6: name = values.Text(ref reader); break;
                case 7: fields = Selector(ref reader); break;
                default: labels = Selector(ref reader); break;
            }
        }

        values.Path.Leave();
        return new ResourceAttributes
        {
            Namespace = ns,
            Verb = verb,
            Group = group,
            Version = version,
            Resource = resource,
            Subresource = subresource,
            Name = name,
            FieldSelector = fields,
            LabelSelector = labels,
        };
    }

    private NonResourceAttributes? Url(ref FieldReader reader)
    {
        if (!values.EnterObject(ref reader))
        {
            return null;
        }

        var (path, verb) = ("", "");
        uint seen = 0;
        while (values.NextField(ref reader, FieldTables.NonResourceAttributes, ref seen) is >= 0 and var field)
        {
            ref var text = ref field == 0 ? ref path : ref verb;
            text = values.Text(ref reader);
        }

        values.Path.Leave();
        return new NonResourceAttributes(path, verb);
    }

    private SelectorAttributes? Selector(ref FieldReader reader)
    {
        if (!values.EnterObject(ref reader))
        {
            return null;
        }

        var raw = "";
        ImmutableArray<LabelSelectorRequirement> requirements = [];
        uint seen = 0;
        while (values.NextField(ref reader, FieldTables.SelectorAttributes, ref seen) is >= 0 and var field)
        {
            if (field == 0)
            {
                raw = values.Text(ref reader);
            }
            else
            {
                requirements = _selectors.Requirements(ref reader);
            }
        }

        values.Path.Leave();
        return new SelectorAttributes
        {
            RawSelector = raw,
            Requirements = [.. requirements.Select(r => new SelectorRequirement { Key = r.Key, Operator = r.Operator, Values = r.Values })],
        };
    }

    private ImmutableSortedDictionary<string, ImmutableArray<string>> Extra(ref FieldReader reader)
    {
        if (!values.EnterObject(ref reader))
        {
            return UserInfo.NoExtra;
        }

        var extra = UserInfo.NoExtra.ToBuilder();
        while (reader.NextField())
        {
            var key = reader.Text;
            values.Path.Set(key);
            extra[key] = values.TextList(ref reader);
        }

        values.Path.Leave();
        return extra.ToImmutable();
    }

    private struct SpecParts
    {
        public ResourceAttributes? Resource;
        public NonResourceAttributes? Url;
        public string? User;
        public string? Uid;
        public ImmutableArray<string> Groups;
        public ImmutableSortedDictionary<string, ImmutableArray<string>>? Extra;

        public readonly AccessReviewSpec ToSpec() => new()
        {
            ResourceAttributes = Resource,
            NonResourceAttributes = Url,
            User = new UserInfo { Name = User ?? "", Uid = Uid ?? "", Groups = Groups, Extra = Extra ?? UserInfo.NoExtra },
        };
    }
}
