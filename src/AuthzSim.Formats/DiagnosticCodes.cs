namespace AuthzSim.Formats;

/// <summary>The closed set of words a <see cref="Diagnostic.Code"/> takes.</summary>
public static class DiagnosticCodes
{
    /// <summary>The text is not YAML or JSON; the rest of the file cannot be read.</summary>
    public const string Syntax = "syntax";

    /// <summary>The bytes are not UTF-8 text, or hold a NUL.</summary>
    public const string Encoding = "encoding";

    /// <summary>Nested too deeply, or expanded by aliases out of proportion.</summary>
    public const string TooLarge = "too-large";

    /// <summary>A document that is not an object.</summary>
    public const string NotAnObject = "not-an-object";

    /// <summary>An object without <c>kind</c>.</summary>
    public const string NoKind = "no-kind";

    /// <summary>An object without <c>apiVersion</c>.</summary>
    public const string NoApiVersion = "no-api-version";

    /// <summary>A kind that the RBAC API group does not have.</summary>
    public const string UnknownKind = "unknown-kind";

    /// <summary>A version or group in which the kind does not exist.</summary>
    public const string UnknownVersion = "unknown-version";

    /// <summary>A version that is no longer served, read as v1.</summary>
    public const string OldVersion = "old-version";

    /// <summary>A field the kind does not have.</summary>
    public const string UnknownField = "unknown-field";

    /// <summary>A field or map key given twice.</summary>
    public const string DuplicateField = "duplicate-field";

    /// <summary>A value of another type than the field's.</summary>
    public const string WrongType = "wrong-type";

    /// <summary>The API server's validation refuses the object.</summary>
    public const string Invalid = "invalid";

    /// <summary>A namespaced object without a namespace, taken as one of <c>default</c>.</summary>
    public const string NoNamespace = "no-namespace";

    /// <summary>A cluster-scoped object with a namespace, which is dropped.</summary>
    public const string NeedlessNamespace = "needless-namespace";

    /// <summary>The same kind, namespace and name twice; the later one wins.</summary>
    public const string DuplicateObject = "duplicate-object";

    /// <summary>A path given that holds no role or binding.</summary>
    public const string NothingFound = "nothing-found";

    /// <summary>A path given that does not exist.</summary>
    public const string NoSuchFile = "no-such-file";

    /// <summary>A pattern given that matches no file.</summary>
    public const string NoMatch = "no-match";

    /// <summary>A file that cannot be opened or read.</summary>
    public const string CannotRead = "cannot-read";

    /// <summary>A snapshot that is damaged, cut off, of another format, or at odds with the options.</summary>
    public const string Snapshot = "snapshot";
}
