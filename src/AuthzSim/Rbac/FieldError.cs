namespace AuthzSim.Rbac;

/// <summary>What is wrong with a field (upstream: <c>k8s.io/apimachinery/pkg/util/validation/field.ErrorType</c>).</summary>
public enum FieldErrorType
{
    /// <summary><c>Required value</c>.</summary>
    Required,

    /// <summary><c>Invalid value</c>.</summary>
    Invalid,

    /// <summary><c>Unsupported value</c>.</summary>
    NotSupported,

    /// <summary><c>Forbidden</c>.</summary>
    Forbidden,

    /// <summary><c>Too long</c>.</summary>
    TooLong,

    /// <summary><c>Duplicate value</c>.</summary>
    Duplicate,

    /// <summary><c>Too many</c>.</summary>
    TooMany,
}

/// <summary>One finding of validation, in upstream's words (upstream: <c>field.Error</c>).</summary>
/// <param name="Field">The field path, such as <c>rules[2].verbs</c>.</param>
/// <param name="Type">What is wrong.</param>
/// <param name="Message">The text after the path: <c>Required value: verbs must contain at least one value</c>.</param>
public sealed record FieldError(string Field, FieldErrorType Type, string Message)
{
    /// <summary>The cause's reason in a Status body: <c>FieldValueRequired</c>, <c>FieldValueInvalid</c>, …</summary>
    public string Reason => $"FieldValue{Type}";

    /// <summary><c>path: message</c>.</summary>
    public override string ToString() => $"{Field}: {Message}";
}
