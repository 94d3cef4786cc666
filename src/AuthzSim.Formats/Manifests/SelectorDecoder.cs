using System.Collections.Immutable;
using AuthzSim.Formats.Json;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Manifests;

/// <summary>Decodes an aggregation rule and its label selectors.</summary>
internal sealed class SelectorDecoder(ValueDecoder values)
{
    public AggregationRule? Aggregation(ref FieldReader reader)
    {
        if (!values.EnterObject(ref reader))
        {
            return null;
        }

        ImmutableArray<LabelSelector> selectors = [];
        uint seen = 0;
        while (values.NextField(ref reader, FieldTables.AggregationRule, ref seen) >= 0)
        {
            selectors = Selectors(ref reader);
        }

        values.Path.Leave();
        return new AggregationRule { ClusterRoleSelectors = selectors };
    }

    private ImmutableArray<LabelSelector> Selectors(ref FieldReader reader)
    {
        if (!values.EnterList(ref reader))
        {
            return [];
        }

        var selectors = ImmutableArray.CreateBuilder<LabelSelector>();
        var index = 0;
        while (values.NextObject(ref reader, ref index))
        {
            selectors.Add(Selector(ref reader));
            values.Path.Leave();
        }

        return selectors.DrainToImmutable();
    }

    private LabelSelector Selector(ref FieldReader reader)
    {
        var (labels, expressions) = (ObjectMeta.NoEntries, ImmutableArray<LabelSelectorRequirement>.Empty);
        uint seen = 0;
        while (values.NextField(ref reader, FieldTables.LabelSelector, ref seen) is >= 0 and var field)
        {
            if (field == 0)
            {
                labels = values.TextMap(ref reader);
            }
            else
            {
                expressions = Requirements(ref reader);
            }
        }

        return new LabelSelector { MatchLabels = labels, MatchExpressions = expressions };
    }

    /// <summary>Decodes a list of requirements, which follows.</summary>
    public ImmutableArray<LabelSelectorRequirement> Requirements(ref FieldReader reader)
    {
        if (!values.EnterList(ref reader))
        {
            return [];
        }

        var requirements = ImmutableArray.CreateBuilder<LabelSelectorRequirement>();
        var index = 0;
        while (values.NextObject(ref reader, ref index))
        {
            requirements.Add(Requirement(ref reader));
            values.Path.Leave();
        }

        return requirements.DrainToImmutable();
    }

    private LabelSelectorRequirement Requirement(ref FieldReader reader)
    {
        var (key, op) = ("", "");
        ImmutableArray<string> texts = [];
        uint seen = 0;
        while (values.NextField(ref reader, FieldTables.LabelSelectorRequirement, ref seen) is >= 0 and var field)
        {
            switch (field)
            {
                case 0: key = values.Text(ref reader); break;
                case 1: op = values.Text(ref reader); break;
                default: texts = values.TextList(ref reader); break;
            }
        }

        return new LabelSelectorRequirement { Key = key, Operator = op, Values = texts };
    }
}
