namespace AuthzSim.Requests;

/// <summary>How a requirement relates a key and values (upstream: <c>k8s.io/apimachinery/pkg/selection.Operator</c>).</summary>
public enum SelectionOperator
{
    /// <summary><c>key=value</c>.</summary>
    Equals,

    /// <summary><c>key==value</c>, which means the same.</summary>
    DoubleEquals,

    /// <summary><c>key!=value</c>; an absent key satisfies it.</summary>
    NotEquals,

    /// <summary><c>key in (a,b)</c>.</summary>
    In,

    /// <summary><c>key notin (a,b)</c>; an absent key satisfies it.</summary>
    NotIn,

    /// <summary><c>key</c>.</summary>
    Exists,

    /// <summary><c>!key</c>.</summary>
    DoesNotExist,

    /// <summary><c>key&gt;1</c>.</summary>
    GreaterThan,

    /// <summary><c>key&lt;1</c>.</summary>
    LessThan,
}
