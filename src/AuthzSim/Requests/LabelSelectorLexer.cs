namespace AuthzSim.Requests;

internal enum LabelToken
{
    End,
    Word,
    In,
    NotIn,
    Not,
    Equals,
    DoubleEquals,
    NotEquals,
    GreaterThan,
    LessThan,
    Comma,
    Open,
    Close,
}

/// <summary>The tokens of a label selector (upstream: <c>Lexer</c> of <c>k8s.io/apimachinery/pkg/labels/selector.go</c>).</summary>
internal static class LabelSelectorLexer
{
    // As upstream's lexer reads it, a NUL ends a word, and where a token should start, the text.
    private const char Nul = '\0';

    /// <summary>All tokens with their texts; the last is <see cref="LabelToken.End"/> and the only one of its kind.</summary>
    public static List<(LabelToken Token, string Text)> Scan(string text)
    {
        List<(LabelToken, string)> tokens = [];
        var position = 0;
        while (true)
        {
            while (position < text.Length && IsWhiteSpace(text[position]))
            {
                position++;
            }

            if (position == text.Length || text[position] == Nul)
            {
                tokens.Add((LabelToken.End, ""));
                return tokens;
            }

            tokens.Add(IsSymbol(text[position]) ? Symbol(text, ref position) : Word(text, ref position));
        }
    }

    private static (LabelToken Token, string Text) Symbol(string text, ref int position)
    {
        var isPair = position + 1 < text.Length && text[position + 1] == '=' && text[position] is ('=' or '!');
        var symbol = text.Substring(position, isPair ? 2 : 1);
        position += symbol.Length;
        SkipNul(text, ref position);
        return (symbol switch
        {
            "==" => LabelToken.DoubleEquals,
            "!=" => LabelToken.NotEquals,
            "=" => LabelToken.Equals,
            "!" => LabelToken.Not,
            ">" => LabelToken.GreaterThan,
            "<" => LabelToken.LessThan,
            "," => LabelToken.Comma,
            "(" => LabelToken.Open,
            _ => LabelToken.Close,
        }, symbol);
    }

    private static (LabelToken Token, string Text) Word(string text, ref int position)
    {
        var start = position;
        while (position < text.Length && text[position] != Nul && !IsSymbol(text[position]) && !IsWhiteSpace(text[position]))
        {
            position++;
        }

        var word = text[start..position];
        SkipNul(text, ref position);
        return (word switch { "in" => LabelToken.In, "notin" => LabelToken.NotIn, _ => LabelToken.Word }, word);
    }

    private static void SkipNul(string text, ref int position)
    {
        if (position < text.Length && text[position] == Nul)
        {
            position++;
        }
    }

    private static bool IsWhiteSpace(char c) => c is ' ' or '\t' or '\r' or '\n';

    private static bool IsSymbol(char c) => c is '=' or '!' or '(' or ')' or ',' or '>' or '<';
}
