using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using AuthzSim.Text;

namespace AuthzSim.Requests;

/// <summary>
/// The grammar of <c>?labelSelector=</c> and of raw label selectors in reviews (upstream: <c>Parse</c> of
/// <c>k8s.io/apimachinery/pkg/labels/selector.go</c>).
/// </summary>
public static class LabelSelectorSyntax
{
    /// <summary>Reads a label selector; false when it is none.</summary>
    /// <param name="text">The selector, such as <c>app=x,tier in (a,b),!old</c>; blank text has no requirements.</param>
    /// <param name="requirements">The requirements sorted by key, values sorted and distinct; empty when false.</param>
    /// <param name="error">What is wrong, close to upstream's words, which no answer shows; or null.</param>
    public static bool TryParse(string text, out ImmutableArray<LabelRequirement> requirements, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new Parser(LabelSelectorLexer.Scan(text));
        error = parser.Parse();
        requirements = error is null
            ? [.. parser.Requirements.OrderBy(r => r.Key, Comparer<string>.Create(GoText.CompareBytes))]
            : [];
        return error is null;
    }

    private sealed class Parser(List<(LabelToken Token, string Text)> tokens)
    {
        private int _position;

        public List<LabelRequirement> Requirements { get; } = [];

        /// <summary>Reads everything; the error, or null.</summary>
        public string? Parse()
        {
            if (Peek() == LabelToken.End)
            {
                return null;
            }

            while (true)
            {
                if (Requirement() is { } error)
                {
                    return $"unable to parse requirement: {error}";
                }

                switch (Next().Token)
                {
                    case LabelToken.End:
                        return null;
                    case LabelToken.Comma when Peek() is LabelToken.Word or LabelToken.Not:
                        break;
                    case LabelToken.Comma:
                        return Unexpected("identifier after ','");
                    default:
                        _position--;
                        return Unexpected("',' or 'end of string'");
                }
            }
        }

        private string? Requirement()
        {
            var isNegated = Peek() == LabelToken.Not;
            if (isNegated)
            {
                Next();
            }

            if (Peek() != LabelToken.Word)
            {
                return Unexpected("identifier");
            }

            var key = Next().Text;
            if (isNegated || Peek() is LabelToken.End or LabelToken.Comma)
            {
                return Add(key, isNegated ? SelectionOperator.DoesNotExist : SelectionOperator.Exists, []);
            }

            if (OperatorOf(tokens[_position].Token) is not { } op)
            {
                return Unexpected("in, notin, =, ==, !=, gt, lt");
            }

            Next();
            SortedSet<string> values = new(Comparer<string>.Create(GoText.CompareBytes));
            var error = op is SelectionOperator.In or SelectionOperator.NotIn ? Set(values) : ExactValue(values);
            return error ?? Add(key, op, [.. values]);
        }

        private string? Add(string key, SelectionOperator op, ImmutableArray<string> values)
        {
            var requirement = new LabelRequirement { Key = key, Operator = op, Values = values };
            Requirements.Add(requirement);
            return requirement.IsValid ? null : $"invalid requirement on {GoText.Quote(key)}";
        }

        /// <summary>One word, or nothing, which is the empty value.</summary>
        private string? ExactValue(SortedSet<string> values)
        {
            if (Peek() is LabelToken.End or LabelToken.Comma)
            {
                values.Add("");
                return null;
            }

            if (Peek() != LabelToken.Word)
            {
                return Unexpected("identifier");
            }

            values.Add(Next().Text);
            return null;
        }

        /// <summary>Words between parentheses and commas; a missing word is the empty value.</summary>
        private string? Set(SortedSet<string> values)
        {
            if (Peek() != LabelToken.Open)
            {
                return Unexpected("'('");
            }

            do
            {
                Next();
                values.Add(Peek() == LabelToken.Word ? Next().Text : "");
            }
            while (Peek() == LabelToken.Comma);

            if (Peek() != LabelToken.Close)
            {
                return Unexpected("',' or ')'");
            }

            Next();
            return null;
        }

        /// <summary>The next token, <c>in</c> and <c>notin</c> being plain words.</summary>
        private LabelToken Peek() => tokens[_position].Token is LabelToken.In or LabelToken.NotIn ? LabelToken.Word : tokens[_position].Token;

        private (LabelToken Token, string Text) Next() => tokens[_position++];

        private string Unexpected(string expected) => $"found '{tokens[_position].Text}', expected: {expected}";

        private static SelectionOperator? OperatorOf(LabelToken token) => token switch
        {
            LabelToken.In => SelectionOperator.In,
            LabelToken.NotIn => SelectionOperator.NotIn,
            LabelToken.Equals => SelectionOperator.Equals,
            LabelToken.DoubleEquals => SelectionOperator.DoubleEquals,
            LabelToken.NotEquals => SelectionOperator.NotEquals,
            LabelToken.GreaterThan => SelectionOperator.GreaterThan,
            LabelToken.LessThan => SelectionOperator.LessThan,
            _ => null,
        };
    }
}
