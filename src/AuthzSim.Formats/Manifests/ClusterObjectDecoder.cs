using System.Collections.Immutable;
using AuthzSim.Formats.Json;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Manifests;

/// <summary>Decodes what RBAC work needs of the objects around it; all other fields are passed over.</summary>
internal sealed class ClusterObjectDecoder(ValueDecoder values)
{
    /// <summary>Namespace and name of an object of which nothing else is needed.</summary>
    public (string Namespace, string Name) Names(ref FieldReader reader)
    {
        Start();
        var (ns, name) = ("", "");
        uint seen = 0;
        while (values.NextField(ref reader, FieldTables.OpenObject, ref seen) is >= 0 and var field)
        {
            if (field == 0 && values.EnterObject(ref reader))
            {
                (ns, name) = Metadata(ref reader);
            }
            else if (field != 0)
            {
                reader.Skip();
            }
        }

        return (ns, name);
    }

    public CustomResourceDefinition Definition(ref FieldReader reader, SourceLocation location)
    {
        var definition = new CustomResourceDefinition { Location = location };
        Start();
        uint seen = 0;
        while (values.NextField(ref reader, FieldTables.OpenObject, ref seen) is >= 0 and var field)
        {
            if (field == 1 && values.EnterObject(ref reader))
            {
                definition = Spec(ref reader, definition);
            }
            else if (field != 1)
            {
                reader.Skip();
            }
        }

        return definition.Singular.Length > 0 ? definition : definition with { Singular = definition.Kind.ToLowerInvariant() };
    }

    private void Start()
    {
        values.Path.Reset();
        values.Path.Enter();
    }

    private (string Namespace, string Name) Metadata(ref FieldReader reader)
    {
        var (ns, name) = ("", "");
        uint seen = 0;
        while (values.NextField(ref reader, FieldTables.OpenMetadata, ref seen) is >= 0 and var field)
        {
            switch (field)
            {
                case 0: name = values.Text(ref reader); break;
                case 1: ns = values.Text(ref reader); break;
                default: reader.Skip(); break;
            }
        }

        values.Path.Leave();
        return (ns, name);
    }

    private CustomResourceDefinition Spec(ref FieldReader reader, CustomResourceDefinition definition)
    {
        uint seen = 0;
        while (values.NextField(ref reader, FieldTables.DefinitionSpec, ref seen) is >= 0 and var field)
        {
            switch (field)
            {
                case 0: definition = definition with { Group = values.Text(ref reader) }; break;
                case 1: definition = Names(ref reader, definition); break;
                case 2: definition = definition with { IsNamespaced = values.Text(ref reader) == "Namespaced" }; break;
                default: definition = Versions(ref reader, definition); break;
            }
        }

        values.Path.Leave();
        return definition;
    }

    private CustomResourceDefinition Names(ref FieldReader reader, CustomResourceDefinition definition)
    {
        if (!values.EnterObject(ref reader))
        {
            return definition;
        }

        uint seen = 0;
        while (values.NextField(ref reader, FieldTables.DefinitionNames, ref seen) is >= 0 and var field)
        {
            definition = field switch
            {
                0 => definition with { Plural = values.Text(ref reader) },
                1 => definition with { Singular = values.Text(ref reader) },
                2 => definition with { Kind = values.Text(ref reader) },
                _ => definition with { ShortNames = values.TextList(ref reader) },
            };
        }

        values.Path.Leave();
        return definition;
    }

    private CustomResourceDefinition Versions(ref FieldReader reader, CustomResourceDefinition definition)
    {
        if (!values.EnterList(ref reader))
        {
            return definition;
        }

        var served = ImmutableArray.CreateBuilder<string>();
        var subresources = new SortedSet<string>(StringComparer.Ordinal);
        var index = 0;
        while (values.NextObject(ref reader, ref index))
        {
            var version = Version(ref reader);
            values.Path.Leave();
            if (version.Served)
            {
                served.Add(version.Name);
                subresources.UnionWith(version.Subresources);
            }
        }

        return definition with { ServedVersions = served.DrainToImmutable(), Subresources = [.. subresources.Reverse()] };
    }

    private (string Name, bool Served, List<string> Subresources) Version(ref FieldReader reader)
    {
        var (name, served) = ("", false);
        List<string> subresources = [];
        uint seen = 0;
        while (values.NextField(ref reader, FieldTables.DefinitionVersion, ref seen) is >= 0 and var field)
        {
            switch (field)
            {
                case 0: name = values.Text(ref reader); break;
                case 1: served = values.Boolean(ref reader); break;
                default: subresources = Subresources(ref reader); break;
            }
        }

        return (name, served, subresources);
    }

    private List<string> Subresources(ref FieldReader reader)
    {
        List<string> subresources = [];
        if (!values.EnterObject(ref reader))
        {
            return subresources;
        }

        uint seen = 0;
        while (values.NextField(ref reader, FieldTables.DefinitionSubresources, ref seen) is >= 0 and var field)
        {
            subresources.Add(FieldTables.DefinitionSubresources.Names[field]);
            reader.Skip();
        }

        values.Path.Leave();
        return subresources;
    }
}
